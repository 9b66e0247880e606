import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The newest complete checkpoint below `folder`, whichever job made it: a path for `submitJob`'s `from`, or `undefined` when
 * there is none. One without `_metadata` was not finished.
 */
export function newestCheckpoint(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const complete = readdirSync(folder, { withFileTypes: true })
    .filter((job) => job.isDirectory())
    .flatMap((job) => readdirSync(join(folder, job.name)).map((name) => join(folder, job.name, name)))
    .filter((path) => /\/chk-\d+$/.test(path))
    .flatMap((path) => {
      const metadata = statSync(join(path, '_metadata'), { throwIfNoEntry: false });
      return metadata && metadata.size > 0 ? [{ path, at: metadata.mtimeMs }] : [];
    });
  return complete.sort((a, b) => a.at - b.at).at(-1)?.path;
}
