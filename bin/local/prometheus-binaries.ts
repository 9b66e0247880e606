import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = join(import.meta.dirname, '../../.cache/prometheus');

/** Paths of the two programs of Debian's package `prometheus`. */
export type PrometheusBinaries = { readonly prometheus: string; readonly promtool: string };

const below = (folder: string): PrometheusBinaries => ({
  prometheus: join(folder, 'prometheus'),
  promtool: join(folder, 'promtool'),
});
const isComplete = (folder: string): boolean => Object.values(below(folder)).every((file) => existsSync(file));

/**
 * Prometheus as Debian builds it, unpacked below .cache and installed nowhere; fetched once with apt (20 MB, some seconds).
 * PROMETHEUS_DIR names a folder with one's own. Answers a sentence where it cannot be had.
 */
export async function prometheusBinaries(): Promise<PrometheusBinaries | string> {
  const own = process.env.PROMETHEUS_DIR;
  if (own) return isComplete(own) ? below(own) : `${own} (PROMETHEUS_DIR) holds no prometheus and promtool.`;
  const folder = join(cache, 'bin');
  if (isComplete(folder)) return below(folder);
  mkdirSync(cache, { recursive: true });
  const partial = mkdtempSync(join(cache, 'fetching-'));
  try {
    await run('apt-get', ['download', 'prometheus'], { cwd: partial, timeout: 60_000 });
    const archive = readdirSync(partial).find((name) => name.endsWith('.deb')) ?? '';
    await run('dpkg', ['-x', archive, 'unpacked'], { cwd: partial });
    // Another run may have been faster; its programs are the same.
    if (!isComplete(folder)) renameSync(join(partial, 'unpacked/usr/bin'), folder);
    return below(folder);
  } catch (error) {
    return `Prometheus cannot be had (${error instanceof Error ? error.message.split('\n')[0] : error}); set PROMETHEUS_DIR.`;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}
