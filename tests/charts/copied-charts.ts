import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { committedManifests } from '../../bin/charts/committed.ts';

const run = promisify(execFile);

/** What `npm run synth` makes of the charts in a copy of the repository, by path below charts/manifests. */
export async function manifestsIn(
  folder: string,
  { hooks = [] }: { readonly hooks?: readonly string[] } = {},
): Promise<Readonly<Record<string, string>>> {
  const imports = hooks.flatMap((hook) => ['--import', hook]);
  await run(process.execPath, ['--disable-warning=ExperimentalWarning', ...imports, 'bin/charts.ts'], { cwd: folder });
  return committedManifests(join(folder, 'charts/manifests'));
}

/** What is in the lines of one and not of the other, each with how often: `+ revisionHistoryLimit: 10`. */
export function lineDifferences(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  const count = (text: string | undefined, by: 1 | -1) => {
    for (const line of text?.split('\n') ?? []) counts[line.trim()] = (counts[line.trim()] ?? 0) + by;
  };
  for (const path of new Set([...Object.keys(before), ...Object.keys(after)])) {
    count(after[path], 1);
    count(before[path], -1);
  }
  return Object.fromEntries(
    Object.entries(counts).flatMap(([line, by]) => (by === 0 ? [] : [[`${by > 0 ? '+' : '-'} ${line}`, Math.abs(by)]])),
  );
}
