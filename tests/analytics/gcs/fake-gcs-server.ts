import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { untilReady } from '../../../bin/local/engines/engine.ts';
import { freePort } from '../../../bin/local/ports.ts';
import { type Running, spawnLogged } from '../../../bin/local/spawn.ts';

const version = '1.56.1';
const program = join(import.meta.dirname, '../../../.cache', `fake-gcs-server-${version}`, 'fake-gcs-server');

/**
 * The path of fake-gcs-server, which Go builds below .cache the first time (two minutes). FAKE_GCS_SERVER names one's own.
 * `missing`: a sentence where it cannot be had.
 */
export async function findServer(env: NodeJS.ProcessEnv): Promise<{ readonly program: string } | { missing: string }> {
  if (env.FAKE_GCS_SERVER) return { program: env.FAKE_GCS_SERVER };
  if (existsSync(program)) return { program };
  const folder = dirname(program);
  mkdirSync(dirname(folder), { recursive: true });
  // Beside the place, so that it appears there complete or not at all.
  const partial = mkdtempSync(`${folder}.`);
  try {
    const module = `github.com/fsouza/fake-gcs-server@v${version}`;
    await promisify(execFile)('go', ['install', module], { cwd: partial, env: { ...env, GOBIN: partial } });
    renameSync(partial, folder);
    return { program };
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    const why =
      code === 'ENOENT'
        ? 'Go is missing, which builds it: install Go'
        : `Go could not build it (${(stderr ?? String(error)).trim().split('\n').at(-1)}): check the network`;
    return { missing: `There is no fake-gcs-server here. ${why}, or name the program in FAKE_GCS_SERVER.` };
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

export type GcsServer = Running & { readonly endpoint: string };

/** Starts it with empty buckets, kept in memory; `external` is the address at which its clients reach it. */
export async function startServer(
  path: string,
  { external, buckets, logFile }: { external: string; buckets: readonly string[]; logFile: string },
): Promise<GcsServer> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const running = await spawnLogged({
    name: 'fake-gcs-server',
    command: path,
    args: [
      ...['-backend', 'memory', '-scheme', 'http', '-host', '127.0.0.1', '-port', String(port)],
      ...['-external-url', external, '-log-level', 'warn'],
    ],
    env: {},
    logFile,
  });
  await untilReady(running, logFile, async () => (await fetch(`${endpoint}/storage/v1/b`)).ok);
  for (const name of buckets) {
    const response = await fetch(`${endpoint}/storage/v1/b`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name }),
    });
    if (!response.ok) throw new Error(`fake-gcs-server made no bucket ${name}: ${await response.text()}`);
  }
  return { ...running, endpoint };
}
