import { join } from 'node:path';
import { environmentNames, environments } from '../../stacks/environments.ts';
import { assembleGcp } from '../../stacks/gcp/assembly.ts';
import { exampleOutputs } from '../../stacks/gcp/example-outputs.ts';
import { type Json, reviewable, synthesized } from '../../stacks/gcp/snapshot.ts';
import { keepQuiet } from './deprecation.ts';
import { releaseFor } from './release.ts';

/** cdktf makes the folder even when nothing is written into it. */
const outdir = join(import.meta.dirname, '../../.build/gcp');
const rows = environmentNames.map((name) => environments[name]);

/** All stacks of all rows on Google's side, whole, with stand-ins for what AWS tells; by name. Nothing is written. */
export function exampleStacks(of = rows): Readonly<Record<string, Json>> {
  keepQuiet();
  const last = Object.fromEntries(
    of.map((row) => {
      const told = exampleOutputs(row);
      return [row.name, { told, release: releaseFor(row, told.bootstrap) }];
    }),
  );
  return synthesized(assembleGcp(of, { outdir, last }));
}

/** The same as people review them, by `prod/gcp-network`. */
export function gcpSnapshots(of = rows): Readonly<Record<string, Json>> {
  const placed = Object.entries(exampleStacks(of)).map(([name, stack]) => {
    const [, stage = '', environment = ''] = /^(gcp-\w+)-(\w+)$/.exec(name) ?? [];
    return [`${environment}/${stage}`, reviewable(stack)] as const;
  });
  return Object.fromEntries(placed.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
