import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Texts by their place, `prod/Network` for `stacks/snapshots/prod/Network.json`. */
export type SnapshotTexts = Readonly<Record<string, string>>;

export const snapshotFolder = join(import.meta.dirname, '../stacks/snapshots');
export const snapshotFile = (place: string): string => join(snapshotFolder, `${place}.json`);

/** One sentence for each place whose committed text is not what is synthesized now. */
export const stalePlaces = (synthesized: SnapshotTexts, committed: SnapshotTexts): readonly string[] =>
  [...new Set([...Object.keys(synthesized), ...Object.keys(committed)])]
    .toSorted()
    .filter((place) => synthesized[place] !== committed[place])
    .map(
      (place) => `stacks/snapshots/${place}.json is not what is synthesized; run "npm run synth -- --write-snapshots".`,
    );

/** Makes the committed files what is synthesized now; returns the places whose file was written or removed. */
export function writePlaces(synthesized: SnapshotTexts, committed: SnapshotTexts): readonly string[] {
  const written = Object.entries(synthesized).filter(([place, text]) => text !== committed[place]);
  for (const [place, text] of written) {
    mkdirSync(dirname(snapshotFile(place)), { recursive: true });
    writeFileSync(snapshotFile(place), text);
  }
  const gone = Object.keys(committed).filter((place) => synthesized[place] === undefined);
  for (const place of gone) rmSync(snapshotFile(place));
  return [...written.map(([place]) => place), ...gone];
}
