import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** The user of the images, which no node has an account for. */
export const imageUser = 65_532;

/**
 * Puts together everything that is in an image, in `folder`, which is emptied first: `app` as `/app`, the Node that the tests run on as
 * `/usr/bin/node`, and the shared libraries that it is linked to where it looks for them. No shell, no package manager, nothing that
 * could be written to; authorities of certificates are in Node itself. Works on Linux with glibc. Returns the paths of what it took from the
 * system, which are the same in the image. Throws when the runtime's libraries cannot be told.
 */
export function imageRoot(app: string, node: string, folder: string): readonly string[] {
  rmSync(folder, { recursive: true, force: true });
  const put = (from: string, to: string) => {
    mkdirSync(dirname(join(folder, to)), { recursive: true });
    copyFileSync(realpathSync(from), join(folder, to));
    chmodSync(join(folder, to), 0o755);
  };
  put(node, '/usr/bin/node');
  cpSync(app, join(folder, 'app'), { recursive: true });
  const addons = readdirSync(app, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.node'));
  const libraries = [node, ...addons.map((file) => join(app, file))].flatMap(librariesOf);
  for (const library of libraries) put(library, library);
  for (const [file, text] of [
    ['etc/passwd', `service:x:${imageUser}:${imageUser}::/:/none\n`],
    ['etc/group', `service:x:${imageUser}:\n`],
    // Names are looked up in DNS only.
    ['etc/nsswitch.conf', 'hosts: files dns\n'],
  ] as const) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return [...new Set(libraries)].toSorted();
}

/** Paths of the libraries that a program is linked to, its loader and what glibc loads by name for DNS among them. */
function librariesOf(program: string): readonly string[] {
  const printed = execFileSync('ldd', [program], { encoding: 'utf8' });
  const linked = [...printed.matchAll(/(?:=> )?(\/[^ ]+) \(0x/g)].map(([, path = '']) => path);
  const libc = linked.find((path) => /\/libc\.so\.6$/.test(path));
  if (!libc) throw new Error(`${program} is not linked to glibc: images are built on Linux with glibc.`);
  const byName = ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2'].map((name) => join(dirname(libc), name));
  return [...new Set([...linked, ...byName.filter(existsSync)])];
}
