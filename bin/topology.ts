import type { Publication, ServiceFacts, WorkloadFacts } from '../services/platform/facts.ts';
import { type Platform, participants, platform, workloads } from '../services/platform/platform.ts';

const id = (name: string) => name.replaceAll(/[^a-z0-9]/gi, '_');

/**
 * The platform as a Mermaid flowchart: who calls whom (dashed where nobody waits for it), who owns which store (dotted lines
 * are reads by others), who publishes and consumes which topic. Topics without events of their own and plumbing are left out.
 */
export function topologyPicture(of: Platform = platform): string {
  const services = Object.values(of.services);
  const all = workloads(of);
  const open = services.filter((service) => service.exposure === 'public');
  const jobs = Object.values(of.jobs);
  const topics = participants(of)
    .flatMap((one) => one.publishes)
    .filter(hasEvents);
  const stores = [...new Set(all.flatMap((one) => one.stores.map((use) => use.store)))];
  const outside = [...new Set(all.flatMap((one) => one.reaches))].filter((name) => !plumbing.has(name));
  return [
    'flowchart LR',
    '  client([client])',
    ...[...all, ...jobs].map((one) => `  ${id(one.name)}[${one.name}]`),
    ...stores.map((name) => `  ${id(name)}[(${name})]`),
    ...jobs.map(({ results }) => `  ${id(results)}[(${results})]`),
    ...topics.map(({ topic }) => `  ${id(topic)}>${topic}]`),
    ...outside.map((name) => `  ${id(name)}([${name}])`),
    ...open.map((service) => `  client --> ${id(service.name)}`),
    ...services.flatMap(({ name, calls }) =>
      calls.map(({ to, on }) => `  ${id(name)} ${on === 'request' ? '-->' : '-.->'} ${id(to)}`),
    ),
    ...all.flatMap(links),
    ...jobs.flatMap((job) => [
      ...job.consumes
        .filter(({ topic }) => topics.some((one) => one.topic === topic))
        .map(({ topic }) => `  ${id(topic)} --> ${id(job.name)}`),
      `  ${id(job.name)} --- ${id(job.results)}`,
    ]),
  ].join('\n');
}

const hasEvents = ({ deadLetter }: Publication): boolean => deadLetter !== 'none' && deadLetter !== 'unneeded';

const plumbing: ReadonlySet<string> = new Set(['kafka', 'token-issuer']);

function links(one: WorkloadFacts): string[] {
  return [
    ...one.stores.map(({ store, access }) => `  ${id(one.name)} ${access === 'own' ? '---' : '-.-'} ${id(store)}`),
    ...one.publishes.filter(hasEvents).map(({ topic }) => `  ${id(one.name)} --> ${id(topic)}`),
    ...one.consumes.map(({ topic }) => `  ${id(topic)} --> ${id(one.name)}`),
    ...one.reaches.filter((name) => !plumbing.has(name)).map((name) => `  ${id(one.name)} --> ${id(name)}`),
  ];
}

const scaledBy = ({ scaling }: ServiceFacts): string =>
  scaling.by === 'manual' ? 'by hand' : `${scaling.by === 'cpu' ? 'CPU' : 'memory'} ${scaling.targetPercent} %`;

/** The services as a Markdown table: ports, stores, scaling. */
export function servicesTable(of: Platform = platform): string {
  const owned = (one: WorkloadFacts) => {
    const names = one.stores.filter(({ access }) => access === 'own').map(({ store }) => `\`${store}\``);
    return names.join(', ') || '–';
  };
  const rows = [
    ['Service', 'Port (container)', 'Port (this machine)', 'Owns', 'Replicas', 'Scaled by'],
    ['---', '---:', '---:', '---', '---', '---'],
    ...Object.values(of.services).map((one) => [
      `[${one.name}](services/${one.name})`,
      String(one.port),
      String(one.localPort),
      owned(one),
      `${one.scaling.min}–${one.scaling.max}`,
      scaledBy(one),
    ]),
    ...Object.values(of.functions).map((one) => [
      `[${one.name}](services/${one.name})`,
      'function',
      '–',
      owned(one),
      '–',
      `records of ${one.consumes.map(({ topic }) => `\`${topic}\``).join(', ')}`,
    ]),
  ];
  return rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

const parts = {
  topology: () => `\`\`\`mermaid\n${topologyPicture()}\n\`\`\``,
  services: () => servicesTable(),
} as const;

/**
 * The README with its derived parts as the vocabulary says now; they stand between `<!-- name:start -->` and
 * `<!-- name:end -->`. Throws when a marker is missing.
 */
export function readme(current: string): string {
  return Object.entries(parts).reduce((text, [name, render]) => {
    const between = new RegExp(`(<!-- ${name}:start[^>]*-->\n)[^]*?(<!-- ${name}:end -->)`);
    if (!between.test(text)) throw new Error(`README.md has no place for ${name} between its markers.`);
    return text.replace(between, (_, start: string, end: string) => `${start}${render()}\n${end}`);
  }, current);
}
