import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { environmentNames } from '../../stacks/environments.ts';
import type { Json } from '../../stacks/gcp/snapshot.ts';

type Snapshots = Readonly<Record<string, Json>>;

const folder = join(import.meta.dirname, '../../stacks/snapshots');
const fileOf = (place: string): string => join(folder, `${place}.json`);
const places = environmentNames.flatMap((name) => [`${name}/gcp-analytics`, `${name}/gcp-network`]);

/** Whether a snapshot, by `prod/gcp-network`, is of Google's side. */
export const isOfGoogle = (place: string): boolean => /\/gcp-/.test(place);

/** The text of a snapshot as it is committed. */
export const textOf = (stack: Json): string => `${JSON.stringify(stack, null, 2)}\n`;

/** The committed snapshots of Google's side by `prod/gcp-network`, as text. */
export const committedGcp = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    places.filter((place) => existsSync(fileOf(place))).map((place) => [place, readFileSync(fileOf(place), 'utf8')]),
  );

/** One sentence for each snapshot that is not what is synthesized now. */
export const staleGcp = (snapshots: Snapshots, committed: Readonly<Record<string, string>>): readonly string[] =>
  [...new Set([...Object.keys(snapshots), ...Object.keys(committed)])]
    .toSorted()
    .filter((place) => {
      const stack = snapshots[place];
      return stack === undefined || textOf(stack) !== committed[place];
    })
    .map(
      (place) => `stacks/snapshots/${place}.json is not what is synthesized; run "npm run synth -- --write-snapshots".`,
    );

/** Makes the committed files what is synthesized now; returns the places whose file was written. */
export function writeGcp(snapshots: Snapshots): readonly string[] {
  const committed = committedGcp();
  const written = Object.entries(snapshots).filter(([place, stack]) => textOf(stack) !== committed[place]);
  for (const [place, stack] of written) {
    mkdirSync(dirname(fileOf(place)), { recursive: true });
    writeFileSync(fileOf(place), textOf(stack));
  }
  return written.map(([place]) => place);
}
