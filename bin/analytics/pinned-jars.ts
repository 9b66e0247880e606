import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Jar } from '../../analytics/dataproc/release.ts';
import { findMaven } from '../launcher/java.mjs';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The file of a pinned jar in a folder; Maven fetches it when it is missing (77 MB for all three). Throws a sentence when Maven is
 * missing or fails, and when the file is not the one that was pinned: then it is not kept.
 */
export function pinnedJar(jar: Jar, folder: string, env: Environment): string {
  const file = join(folder, jar.file);
  if (!existsSync(file)) fetch(jar, folder, env);
  const sum = createHash('sha256').update(readFileSync(file)).digest('hex');
  if (sum === jar.sha256) return file;
  rmSync(file);
  throw new Error(`${jar.file} has the SHA-256 ${sum}, and ${jar.sha256} is pinned in jars.json: nothing is uploaded.`);
}

function fetch({ coordinates, file }: Jar, folder: string, env: Environment): void {
  const maven = findMaven(env);
  if (maven.kind === 'missing') throw new Error('Maven is missing, which fetches the jars: install it, and try again.');
  // Beside the place, so that it appears there complete or not at all.
  const partial = join(folder, `.${file}.${process.pid}`);
  mkdirSync(partial, { recursive: true });
  try {
    const args = ['-q', '-B', 'dependency:copy', `-Dartifact=${coordinates}`, `-DoutputDirectory=${partial}`];
    const { status, stdout, error } = spawnSync(maven.command, args, {
      cwd: folder,
      env: { ...env },
      encoding: 'utf8',
    });
    const fetched = join(partial, file);
    if (status !== 0 || !existsSync(fetched)) {
      const line = /\[ERROR\] (.*)/.exec(stdout ?? '')?.[1] ?? error?.message ?? `status ${status}`;
      throw new Error(`Maven could not fetch ${coordinates} (${line.slice(0, 300)}): check the network and try again.`);
    }
    renameSync(fetched, join(folder, file));
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/**
 * Uploads files below `gs://<bucket>/orders-analytics/jars/`; what is there already stays, and the master checks each against its
 * sum. Throws a sentence when gcloud is missing or refuses.
 */
export function upload(files: readonly string[], bucket: string, env: Environment): void {
  const args = ['storage', 'cp', '--no-clobber', ...files, `gs://${bucket}/orders-analytics/jars/`];
  const { status, stderr, error } = spawnSync('gcloud', args, { env: { ...env }, encoding: 'utf8' });
  if (error) throw new Error('gcloud is missing: install the Google Cloud CLI and sign in, or look with --dry-run.');
  if (status !== 0) throw new Error(`gcloud could not upload to gs://${bucket}: ${stderr.trim().slice(0, 500)}`);
}
