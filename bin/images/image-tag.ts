import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFacts } from './bundle-service.ts';

const root = join(import.meta.dirname, '../..');

/** What makes an image besides its bundle and the Node it starts; the Dockerfile names the system, by digest. */
export const recipe = ['Dockerfile', '.dockerignore', 'bin/image-root.ts', 'bin/images/image-root.ts'] as const;

/**
 * The tag of an image: the same whenever the same would be in it, whatever the commit. `bundle`: its bundle's digest. So an image that a
 * registry has under this tag need not be built again, and an immutable tag is never pushed twice.
 */
export function imageTag(bundle: string, textOf = (path: string) => readFileSync(join(root, path), 'utf8')): string {
  const hash = createHash('sha256').update(`${bundle}\n${packageFacts('node').version}\n`);
  for (const path of recipe) hash.update(`${path}\n${textOf(path)}\n`);
  return `content-${hash.digest('hex').slice(0, 40)}`;
}
