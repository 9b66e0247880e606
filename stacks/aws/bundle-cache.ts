import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BundledFile, bundle } from './bundle.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, '.cache', 'bundles');

/**
 * `bundle(entry)`, kept from run to run: bundling costs as much CPU as a fifth of a whole synthesis. What is kept is of exactly
 * these sources, packages and options; `npm ci` is taken to have put in place what the lock file says.
 */
export function keptBundle(entry: string): readonly BundledFile[] {
  const place = join(folder, keyOf(entry, root));
  try {
    const names = readdirSync(place).toSorted();
    if (names.length > 0) return names.map((name) => ({ name, contents: readFileSync(join(place, name)) }));
  } catch {
    // Not there yet.
  }
  const files = bundle(entry);
  // Beside the place, so that it appears there complete or not at all.
  const partial = `${place}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  for (const { name, contents } of files) writeFileSync(join(partial, name), contents);
  try {
    renameSync(partial, place);
  } catch {
    // Another run was faster; its bundle is the same.
    rmSync(partial, { recursive: true });
  }
  return files;
}

/** Names what a bundle is made of, in the repository below `root`. */
export function keyOf(entry: string, root: string): string {
  const hash = createHash('sha256').update(entry);
  const sources = readdirSync(join(root, 'services'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') || path.endsWith('.json'))
    .toSorted()
    .map((path) => join('services', path));
  for (const path of [...sources, 'analytics/facts.ts', 'stacks/aws/bundle.ts', 'package-lock.json', 'tsconfig.json'])
    hash.update(`\n${path}\n`).update(readFileSync(join(root, path)));
  return hash.digest('hex');
}
