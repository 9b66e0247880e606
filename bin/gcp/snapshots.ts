import { existsSync, readFileSync } from 'node:fs';
import { environmentNames } from '../../stacks/environments.ts';
import type { Json } from '../../stacks/gcp/snapshot.ts';
import { type SnapshotTexts, snapshotFile, stalePlaces, writePlaces } from '../snapshot-files.ts';

type Snapshots = Readonly<Record<string, Json>>;

const places = environmentNames.flatMap((name) => [`${name}/gcp-analytics`, `${name}/gcp-network`]);

/** Whether a snapshot, by `prod/gcp-network`, is of Google's side. */
export const isOfGoogle = (place: string): boolean => /\/gcp-/.test(place);

/** The text of a snapshot as it is committed. */
const textOf = (stack: Json): string => `${JSON.stringify(stack, null, 2)}\n`;

/** The committed snapshots of Google's side by `prod/gcp-network`, as text. */
export const committedGcp = (): SnapshotTexts =>
  Object.fromEntries(
    places
      .filter((place) => existsSync(snapshotFile(place)))
      .map((place) => [place, readFileSync(snapshotFile(place), 'utf8')]),
  );

const texts = (snapshots: Snapshots): SnapshotTexts =>
  Object.fromEntries(Object.entries(snapshots).map(([place, stack]) => [place, textOf(stack)]));

/** One sentence for each snapshot that is not what is synthesized now. */
export const staleGcp = (snapshots: Snapshots, committed: SnapshotTexts): readonly string[] =>
  stalePlaces(texts(snapshots), committed);

/** Makes the committed files what is synthesized now; returns the places whose file was written or removed. */
export const writeGcp = (snapshots: Snapshots): readonly string[] => writePlaces(texts(snapshots), committedGcp());
