import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { LocalFailure, untilReady } from './engines/engine.ts';
import { type Running, spawnLogged } from './spawn.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const flags = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
const environment = {
  NODE_COMPILE_CACHE: join(root, '.cache', 'compile'),
  KAFKAJS_NO_PARTITIONER_WARNING: '1',
} as const;

export type NodeProgram = {
  readonly name: string;
  /** Path below the root of the repository. */
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
  /** Path that answers 200 once it is useful; `/readyz` unless said otherwise. */
  readonly readyPath?: string;
};

/** Starts a program of ours and waits until it says that it is ready. */
export async function startProgram(
  options: NodeProgram & { readonly endpoint: string; readonly logFile: string; readonly signal: AbortSignal },
): Promise<Running> {
  const running = await spawnLogged({
    name: options.name,
    command: process.execPath,
    // A service may heap this much before it is restarted rather than slow everything else down.
    args: [...flags, '--max-old-space-size=256', join(root, options.file)],
    env: { ...environment, ...options.env },
    logFile: options.logFile,
    cwd: root,
    // A service gives open requests 20 s.
    graceMs: 25_000,
    signal: options.signal,
  });
  await untilReady(running, options.logFile, async () => {
    const path = options.readyPath ?? '/readyz';
    const answer = await fetch(`${options.endpoint}${path}`, { signal: AbortSignal.timeout(2_000) });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${path} answers ${answer.status}`);
    return true;
  });
  return running;
}

/** Runs a program of ours to its end. Throws a `LocalFailure` with its last line when it fails. */
export async function runProgram({ name, file, env }: NodeProgram): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, [...flags, join(root, file)], {
      cwd: root,
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...environment, ...env },
      timeout: 120_000,
    });
  } catch (error) {
    const { stderr = '', stdout = '' } = error as { stderr?: string; stdout?: string };
    const said = `${stdout}\n${stderr}`.trim().split('\n');
    const line = said.find((one) => /error/i.test(one)) ?? said.at(-1) ?? String(error);
    throw new LocalFailure(`${name}: ${file} failed: ${line.trim()}.`);
  }
}
