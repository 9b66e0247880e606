import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { clusterRows } from '../../charts/cluster-row.ts';
import { manifestsOf } from '../../charts/manifests.ts';

type Files = Readonly<Record<string, string>>;

const folder = join(import.meta.dirname, '../../charts/manifests');

/** What is synthesized now for all environments, by path below charts/manifests. */
export const synthesizedManifests = (): Files =>
  Object.assign({}, ...Object.values(clusterRows).map((row) => manifestsOf(row)));

/** The committed manifests by their path below `at`. */
export function committedManifests(at = folder): Files {
  if (!existsSync(at)) return {};
  const files = readdirSync(at, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name).slice(at.length + 1)).toSorted();
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(at, path), 'utf8')]));
}

/** One sentence for each file that is missing, is not what is synthesized, or is no longer synthesized. */
export const staleManifests = (synthesized: Files, committed: Files): readonly string[] =>
  [...new Set([...Object.keys(synthesized), ...Object.keys(committed)])].toSorted().flatMap((path) => {
    if (synthesized[path] === committed[path]) return [];
    const what =
      committed[path] === undefined
        ? 'missing'
        : synthesized[path] === undefined
          ? 'superfluous'
          : 'not what is synthesized';
    return [`charts/manifests/${path} is ${what}; run "npm run synth".`];
  });

/** Makes the committed files what is synthesized; returns the paths that were written or removed. */
export function writeManifests(synthesized: Files, at = folder): readonly string[] {
  const committed = committedManifests(at);
  const written = Object.entries(synthesized).filter(([path, text]) => text !== committed[path]);
  for (const [path, text] of written) {
    mkdirSync(dirname(join(at, path)), { recursive: true });
    writeFileSync(join(at, path), text);
  }
  const gone = Object.keys(committed).filter((path) => synthesized[path] === undefined);
  for (const path of gone) rmSync(join(at, path));
  return [...written.map(([path]) => path), ...gone];
}
