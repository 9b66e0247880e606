import type { UnitEvent } from './supervisor.ts';

/** Shows what starts: a table that fills in on a terminal, plain lines elsewhere. */
export type Console = {
  show(event: UnitEvent): void;
  /** From now on only what is not as usual is said, a line each. */
  settle(): void;
};

type Output = { readonly isTTY?: boolean; write(text: string): unknown };

const line = ({ name, state, endpoint, ms, detail }: UnitEvent): string =>
  [name.padEnd(17), state.padEnd(10), (endpoint ?? detail ?? '').padEnd(30), ms === undefined ? '' : `${ms} ms`]
    .join(' ')
    .trimEnd();

/** Endpoints lose their passwords. */
const withoutPassword = (event: UnitEvent): UnitEvent =>
  event.endpoint ? { ...event, endpoint: event.endpoint.replace(/\/\/([^:@/]+):[^@/]*@/, '//$1@') } : event;

export function createConsole(output: Output, names: readonly string[]): Console {
  const rows = new Map<string, UnitEvent>(names.map((name) => [name, { name, state: 'waiting' }]));
  let drawn = 0;
  let settled = false;
  const hasBeenReady = new Set<string>();
  const draw = () => {
    const text = [...rows.values()].map((row) => `\x1b[2K${line(row)}\n`).join('');
    output.write(`${drawn > 0 ? `\x1b[${drawn}A` : ''}${text}`);
    drawn = rows.size;
  };
  return {
    show(event) {
      const shown = withoutPassword(event);
      rows.set(shown.name, shown);
      const again = hasBeenReady.has(shown.name) ? ' again' : '';
      if (shown.state === 'ready') hasBeenReady.add(shown.name);
      if (settled) {
        if (shown.state === 'ready') output.write(`${shown.name} is ready${again} (${shown.ms} ms).\n`);
        else if (shown.detail) output.write(`${shown.detail}\n`);
      } else if (output.isTTY) draw();
      else if (shown.state === 'ready' || shown.state === 'restarting') output.write(`${line(shown)}\n`);
    },
    settle() {
      settled = true;
    },
  };
}
