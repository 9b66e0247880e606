import { spawnSync } from 'node:child_process';

const root = new URL('../..', import.meta.url).pathname;

function git(args: readonly string[], input = ''): Buffer {
  const done = spawnSync('git', args, { cwd: root, input, maxBuffer: 256 * 1024 * 1024 });
  if (done.status !== 0) throw new Error(`git ${args[0]}: ${done.stderr?.toString().trim() || 'it is not there'}`);
  return done.stdout;
}

/** Files of a folder as a commit has them, by their path below it. Throws when Git knows no such commit. */
export function filesAt(ref: string, folder: string): Readonly<Record<string, string>> {
  const commit = git(['rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`])
    .toString()
    .trim();
  const paths = git(['ls-tree', '-r', '-z', '--name-only', commit, `${folder}/`])
    .toString()
    .split('\0')
    .filter(Boolean);
  const answer = git(['cat-file', '--batch'], paths.map((path) => `${commit}:${path}\n`).join(''));
  let at = 0;
  return Object.fromEntries(
    paths.map((path) => {
      const head = answer.indexOf('\n', at);
      const size = Number(answer.toString('utf8', at, head).split(' ')[2]);
      at = head + 1 + size + 1;
      return [path.slice(folder.length + 1), answer.toString('utf8', head + 1, head + 1 + size)];
    }),
  );
}
