import type { ObjectChange } from './object-change.ts';

/** Longest value that is printed whole; dashboards and configuration are read in the file. */
const longest = 100;

/** One line a change, by environment, and one that counts. `!` marks what security hangs on. */
export function objectSentences(changes: readonly ObjectChange[], environments: readonly string[]): readonly string[] {
  const marked = changes.filter(({ security }) => security).length;
  return [
    ...environments.flatMap((environment) => {
      const own = changes.filter((change) => change.environment === environment);
      return own.length === 0 ? [] : [`${environment}, in the cluster:`, ...own.map(sentence)];
    }),
    changes.length === 0
      ? `No change in the manifests of ${environments.join(' and ')}.`
      : `${changes.length} changes in the manifests; security hangs on ${marked} of them (!).`,
  ];
}

function sentence({ what, subject, field, before, after, security }: ObjectChange): string {
  const mark = security ? '!' : ' ';
  if (what !== 'changed') return `${mark} ${what} ${subject}`;
  const where = wordsOf(field ?? '');
  if (before === undefined) return `${mark} changed ${subject}: ${where} is new, ${short(after)}`;
  if (after === undefined) return `${mark} changed ${subject}: ${where} is gone, was ${short(before)}`;
  return `${mark} changed ${subject}: ${where} ${short(before)} → ${short(after)}`;
}

/** What reviewers look for most, by the name that they know it under. */
const known: readonly (readonly [RegExp, string])[] = [
  [/^spec\.maxReplicas$/, 'replicas at most'],
  [/^spec\.minReplicas$/, 'replicas at least'],
  [/^spec\.replicas$/, 'replicas'],
  [/^spec\.metrics\[\d+\]\.resource\.target\.averageUtilization$/, 'target in percent'],
  [/^spec\.template\.spec\.containers\[([^\]]+)\]\.image$/, 'image of $1'],
  [/^spec\.template\.spec\.containers\[([^\]]+)\]\.env\[([^\]]+)\]\.value$/, 'variable $2'],
  [/^spec\.template\.spec\.containers\[([^\]]+)\]\.resources\.(requests|limits)\.(.+)$/, '$3 of $1 ($2)'],
  [/^spec\.template\.spec\./, 'pods: '],
  [/^metadata\.annotations\./, 'annotation '],
  [/^metadata\.labels\./, 'label '],
];

function wordsOf(field: string): string {
  const rule = known.find(([pattern]) => pattern.test(field));
  return rule ? field.replace(rule[0], rule[1]) : field;
}

const short = (value = ''): string => {
  const line = value.replaceAll('\n', '⏎');
  return line.length <= longest ? line : `${line.slice(0, longest)}…`;
};
