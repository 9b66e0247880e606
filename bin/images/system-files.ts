import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';

/** A package of the system that an image was put together on, as `dpkg` knows it. */
export type SystemPackage = { readonly name: string; readonly version: string; readonly architecture: string };

/** A file that an image has from that system: whose it is, where a package manager can tell, and what is in it. */
export type SystemFile = {
  readonly path: string;
  readonly sha256: string;
  readonly package: SystemPackage | undefined;
};

/** What is known of a file at an absolute path. */
export const systemFile = (path: string): SystemFile => ({
  path,
  sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
  package: packageOf(path),
});

/** `debian`, `ubuntu`: whose packages they are, as the system calls itself. */
export function distribution(): string {
  try {
    return /^ID="?([a-z0-9._-]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'linux';
  } catch {
    return 'linux';
  }
}

const fields = ['Package', 'Version', 'Architecture'].map((name) => `\${${name}}`).join('\t');

/** The package that owns a file; undefined where no dpkg is, or none owns it. */
function packageOf(path: string): SystemPackage | undefined {
  const real = realpathSync(path);
  // Its list has a library below /lib or below /usr/lib, though one is a link to the other.
  const places = [path, real].flatMap((one) => [
    one,
    one.replace(/^\/usr(?=\/lib)/, ''),
    one.replace(/^\/lib/, '/usr/lib'),
  ]);
  for (const place of new Set(places)) {
    const owner = /^([^,\s]+): /.exec(asked('-S', place))?.[1];
    const [name, version, architecture] = owner ? asked('-W', `-f=${fields}`, owner).split('\t') : [];
    if (name && version && architecture) return { name, version, architecture };
  }
  return undefined;
}

function asked(...args: readonly string[]): string {
  try {
    return execFileSync('dpkg-query', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}
