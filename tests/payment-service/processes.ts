import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A program of ours as a process of its own, its output kept. */
export type Program = {
  readonly pid: number;
  /** Everything it wrote so far. */
  output(): string;
  readonly exited: Promise<NodeJS.Signals | number | null>;
  kill(signal?: NodeJS.Signals): Promise<void>;
};

/** Starts it and waits until its address answers; throws with its output when it ends before. */
export async function startProgram(
  file: string,
  env: Readonly<Record<string, string>>,
  livez: string,
  args: readonly string[] = [],
): Promise<Program> {
  const child: ChildProcess = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args, file], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: string[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk.toString('utf8')));
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk.toString('utf8')));
  let isOver = false;
  const exited = new Promise<NodeJS.Signals | number | null>((resolve) =>
    child.once('exit', (code, signal) => {
      isOver = true;
      resolve(signal ?? code);
    }),
  );
  for (let attempt = 0; ; attempt += 1) {
    if (isOver || attempt > 400) throw new Error(`${file} did not start: ${chunks.join('')}`);
    const answer = await fetch(livez).catch(() => undefined);
    if (answer?.ok) break;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return {
    pid: child.pid ?? 0,
    output: () => chunks.join(''),
    exited,
    async kill(signal = 'SIGKILL') {
      if (!isOver) child.kill(signal);
      await exited;
    },
  };
}

/** Asks again until the answer is what is wanted; throws with the last one after `withinMs`. */
export async function eventually<T>(
  ask: () => Promise<T> | T,
  wanted: (value: T) => boolean,
  withinMs = 15_000,
): Promise<T> {
  const until = performance.now() + withinMs;
  for (;;) {
    const value = await ask();
    if (wanted(value)) return value;
    if (performance.now() > until) throw new Error(`not within ${withinMs} ms; last: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
