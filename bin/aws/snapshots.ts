import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from '../../stacks/aws/gates/template.ts';
import { snapshotText } from '../../stacks/aws/snapshot.ts';
import { type SnapshotTexts, snapshotFolder, stalePlaces, writePlaces } from '../snapshot-files.ts';

type Snapshots = Readonly<Record<string, Template>>;

/** The committed templates by `prod/Network`, as text; what is Google's in the same folders is written and compared elsewhere (bin/gcp). */
export function committedSnapshots(): SnapshotTexts {
  if (!existsSync(snapshotFolder)) return {};
  const files = readdirSync(snapshotFolder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\/(?!gcp-)[^/]+\.json$/.test(file),
  );
  return Object.fromEntries(
    files.toSorted().map((file) => [file.slice(0, -'.json'.length), readFileSync(join(snapshotFolder, file), 'utf8')]),
  );
}

const texts = (snapshots: Snapshots): SnapshotTexts =>
  Object.fromEntries(Object.entries(snapshots).map(([place, template]) => [place, snapshotText(template)]));

/** One sentence for each snapshot that is not what is synthesized now. */
export const staleSnapshots = (snapshots: Snapshots, committed: SnapshotTexts): readonly string[] =>
  stalePlaces(texts(snapshots), committed);

/** Makes the committed files what is synthesized now; returns the places whose file was written or removed. */
export const writeSnapshots = (snapshots: Snapshots): readonly string[] =>
  writePlaces(texts(snapshots), committedSnapshots());
