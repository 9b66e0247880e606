import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Template } from '../../stacks/aws/gates/template.ts';
import { snapshotText } from '../../stacks/aws/snapshot.ts';

const folder = new URL('../../stacks/snapshots/', import.meta.url).pathname;
const fileOf = (place: string): string => join(folder, `${place}.json`);

/** The committed templates by `prod/Network`, as text; what is Google's in the same folders is written and compared elsewhere (bin/gcp). */
export function committedSnapshots(): Readonly<Record<string, string>> {
  if (!existsSync(folder)) return {};
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\/(?!gcp-)[^/]+\.json$/.test(file),
  );
  return Object.fromEntries(
    files.toSorted().map((file) => [file.slice(0, -'.json'.length), readFileSync(join(folder, file), 'utf8')]),
  );
}

/** One sentence for each snapshot that is not what is synthesized now. */
export function staleSnapshots(
  snapshots: Readonly<Record<string, Template>>,
  committed: Readonly<Record<string, string>>,
): readonly string[] {
  const places = [...new Set([...Object.keys(snapshots), ...Object.keys(committed)])].toSorted();
  return places
    .filter((place) => {
      const template = snapshots[place];
      return template === undefined || snapshotText(template) !== committed[place];
    })
    .map(
      (place) => `stacks/snapshots/${place}.json is not what is synthesized; run "npm run synth -- --write-snapshots".`,
    );
}

/** Makes the committed files what is synthesized now; returns the places whose file was written or removed. */
export function writeSnapshots(snapshots: Readonly<Record<string, Template>>): readonly string[] {
  const committed = committedSnapshots();
  const written = Object.entries(snapshots).filter(([place, template]) => snapshotText(template) !== committed[place]);
  for (const [place, template] of written) {
    mkdirSync(dirname(fileOf(place)), { recursive: true });
    writeFileSync(fileOf(place), snapshotText(template));
  }
  const gone = Object.keys(committed).filter((place) => snapshots[place] === undefined);
  for (const place of gone) rmSync(fileOf(place));
  return [...written.map(([place]) => place), ...gone];
}
