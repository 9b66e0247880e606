import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { spawnLogged } from '../spawn.ts';
import { type Engine, type EngineOptions, LocalFailure, untilReady } from './engine.ts';
import { postgresBinaries, unprivilegedUser } from './postgres-system.ts';

const run = promisify(execFile);
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '48MB',
  // In the data directory, so that nothing stays behind in /dev/shm after kill -9.
  dynamic_shared_memory_type: 'mmap',
  log_min_messages: 'warning',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** The administrator's connection URL, known before the start; makes the password at the first call. */
export function postgresUrl({ dir, port }: Pick<EngineOptions, 'dir' | 'port'>): string {
  const file = resolve(dir, 'password');
  mkdirSync(dir, { recursive: true });
  if (!existsSync(file)) writeFileSync(file, randomBytes(18).toString('base64url'), { mode: 0o600 });
  return `postgres://postgres:${readFileSync(file, 'utf8').trim()}@127.0.0.1:${port}/postgres`;
}

/** Starts PostgreSQL 17; its endpoint is the administrator's connection URL. Creates the cluster at the first start. */
export async function startPostgres({ dir, port, logFile, signal }: EngineOptions): Promise<Engine> {
  const data = resolve(dir, 'data');
  const endpoint = postgresUrl({ dir, port });
  const binaries = postgresBinaries();
  const user = unprivilegedUser();
  mkdirSync(data, { recursive: true, mode: 0o700 });
  if (user) {
    requireReachable(data);
    chownSync(data, user.uid, user.gid);
  }
  if (!existsSync(join(data, 'PG_VERSION'))) {
    const passwordFile = resolve(dir, 'password');
    if (user) chownSync(passwordFile, user.uid, user.gid);
    await initialise(binaries.initdb, data, passwordFile, user);
  }
  removeStaleLock(data);
  const flags = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const running = await spawnLogged({
    name: 'postgres',
    command: binaries.postgres,
    args: ['-D', data, '-p', String(port), ...flags],
    env: { LC_MESSAGES: 'C' },
    logFile,
    ...(signal ? { signal } : {}),
    // Fast shutdown: end the sessions, write a checkpoint.
    stopSignal: 'SIGINT',
    ...(user ? { user } : {}),
  });
  await untilReady(running, logFile, () => answersFrom(endpoint, data));
  return { ...running, endpoint };
}

async function initialise(
  initdb: string,
  data: string,
  passwordFile: string,
  user: { uid: number; gid: number } | undefined,
): Promise<void> {
  const args = [
    '--auth=scram-sha-256',
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--locale=C',
    '--encoding=UTF8',
  ];
  try {
    await run(initdb, [`--pgdata=${data}`, ...args], {
      ...user,
      cwd: data,
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
    });
  } catch (error) {
    rmSync(data, { recursive: true, force: true });
    const said = (error as { stderr?: string }).stderr?.trim() || String(error);
    if (/no space left/i.test(said))
      throw new LocalFailure(`The disk that holds ${data} is full: free some space and start again.`);
    const line = said.split('\n').find((one) => /error|could not/i.test(one)) ?? said;
    throw new LocalFailure(`PostgreSQL could not create its data directory ${data}: ${line}.`);
  }
}

/** Whether what answers keeps its data where we told ours to. */
async function answersFrom(url: string, data: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => {} });
  try {
    const [row] = await sql<{ data_directory: string }[]>`show data_directory`;
    if (row?.data_directory === data) return true;
    throw new LocalFailure(
      `Another PostgreSQL answers on ${new URL(url).host}: it keeps its data in ${row?.data_directory}.`,
    );
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** After kill -9 the lock names a process number that may be anybody's by now; PostgreSQL would refuse to start. */
function removeStaleLock(data: string): void {
  const lock = join(data, 'postmaster.pid');
  if (!existsSync(lock)) return;
  const pid = Number(readFileSync(lock, 'utf8').split('\n')[0]);
  if (!isPostgres(pid)) rmSync(lock);
}

function isPostgres(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    return false;
  }
}

/** Started by root, PostgreSQL runs as another user, who must be able to enter every folder above its data. */
function requireReachable(data: string): void {
  for (let folder = dirname(data); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0)
      throw new LocalFailure(
        `PostgreSQL refuses to run as root, and no other user may enter ${folder}: run as an ordinary user, move the checkout, or allow it by "chmod o+x ${folder}".`,
      );
    if (folder === dirname(folder)) return;
  }
}
