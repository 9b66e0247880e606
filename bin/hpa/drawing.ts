import type { Moment } from './simulate.ts';

const width = 720;
const height = 300;
const edge = 48;

/** The run as an SVG: load and capacity as areas, replicas as steps. The same run gives the same bytes. */
export function drawing(title: string, moments: readonly Moment[]): string {
  const seconds = moments.length;
  const step = Math.max(1, Math.ceil(seconds / 360));
  const points = moments.filter(({ second }) => second % step === 0);
  const mostLoad = Math.max(...points.map(({ offered, capacity }) => Math.max(offered, capacity)));
  const mostPods = Math.max(...points.map(({ replicas }) => replicas)) + 1;
  const x = (second: number) => (edge + (second / seconds) * (width - 2 * edge)).toFixed(1);
  const y = (share: number) => (height - edge - share * (height - 2 * edge)).toFixed(1);
  const line = (of: (moment: Moment) => number) => points.map((one) => `${x(one.second)},${y(of(one))}`).join(' ');
  const text = (at: string, up: string, anchor: string, words: string, color = '#333') =>
    `<text x="${at}" y="${up}" text-anchor="${anchor}" fill="${color}">${words}</text>`;
  const minutes = Math.round(seconds / 60);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>${title}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(String(width / 2), '20', 'middle', title),
    `<polygon points="${x(0)},${y(0)} ${line(({ offered }) => offered / mostLoad)} ${x(seconds - 1)},${y(0)}" fill="#cfe3f7"/>`,
    `<polyline points="${line(({ capacity }) => capacity / mostLoad)}" fill="none" stroke="#2a6fb0" stroke-width="1.5"/>`,
    `<polyline points="${line(({ replicas }) => replicas / mostPods)}" fill="none" stroke="#c0392b" stroke-width="2"/>`,
    `<polyline points="${line(({ ready }) => ready / mostPods)}" fill="none" stroke="#c0392b" stroke-width="1" stroke-dasharray="4 3"/>`,
    text(String(edge), String(height - edge + 16), 'start', '0'),
    text(String(width - edge), String(height - edge + 16), 'end', `${minutes} min`),
    text(String(edge - 6), y(1), 'end', `${Math.round(mostLoad)}/s`, '#2a6fb0'),
    text(String(width - edge + 6), y((mostPods - 1) / mostPods), 'start', `${mostPods - 1} pods`, '#c0392b'),
    text(
      String(width / 2),
      String(height - 12),
      'middle',
      'area: arriving requests; blue: what ready pods can answer; red: replicas set, dashed: ready',
    ),
    '</svg>',
  ].join('\n')}\n`;
}

/** The run in the terminal: a row for each of about thirty moments. */
export function rows(moments: readonly Moment[], columns = 40): readonly string[] {
  const step = Math.max(1, Math.round(moments.length / 30 / 15) * 15);
  const most = Math.max(...moments.map(({ offered, capacity }) => Math.max(offered, capacity)));
  return moments
    .filter(({ second }) => second % step === 0)
    .map(({ second, offered, capacity, replicas, ready, waiting }) => {
      const [load, can] = [offered, capacity].map((value) => Math.round((columns * value) / most)) as [number, number];
      const bar = Array.from({ length: columns }, (_, at) =>
        at < load ? (at < can ? '█' : '!') : at < can ? '·' : ' ',
      );
      const clock = `${Math.floor(second / 60)}:${String(second % 60).padStart(2, '0')}`;
      return `${clock.padStart(7)} ${bar.join('')} ${String(ready).padStart(2)}/${replicas} pods${waiting >= 1 ? `, ${Math.round(waiting)} waiting` : ''}`;
    });
}
