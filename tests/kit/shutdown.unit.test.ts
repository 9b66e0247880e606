import { spawn } from 'node:child_process';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';

/** Starts the sample process and answers when it listens. */
async function start(delayMs: number) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'server-process.ts'), String(delayMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const said: string[] = [];
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const port = await new Promise<number>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text);
      said.push(line.msg);
      if (line.msg === 'listening') resolve(line.port);
    });
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  onTestFinished(() => agent.destroy());
  const ask = (path: string) =>
    new Promise<{ status: number; connection: string | undefined }>((resolve, reject) => {
      get({ port, host: '127.0.0.1', path, agent }, (response) => {
        response.resume();
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, connection: response.headers.connection }),
        );
      }).on('error', reject);
    });
  return { child, said, exited, ask };
}

test('after SIGTERM readiness goes off first, requests are still accepted, then everything closes in order: exit 0', async () => {
  const { child, said, exited, ask } = await start(600);
  expect(await ask('/readyz')).toMatchObject({ status: 200 });
  const slow = ask('/after/1200');
  await sleep(100);
  child.kill('SIGTERM');
  await sleep(100);
  expect(await ask('/readyz')).toEqual({ status: 503, connection: 'close' });
  expect(await ask('/livez')).toMatchObject({ status: 200 });
  expect(await ask('/after/0')).toEqual({ status: 204, connection: 'close' });
  expect((await slow).status).toBe(204);
  expect(await exited).toBe(0);
  const order = said.filter((one) => ['answered', 'work stopped', 'resources closed'].includes(one));
  expect(order).toEqual(['answered', 'work stopped', 'answered', 'resources closed']);
});

test('a request that outlives the port does not hold the process with its idle connection', async () => {
  const { child, exited, ask } = await start(0);
  const slow = ask('/after/800');
  await sleep(100);
  child.kill('SIGTERM');
  const started = performance.now();
  expect((await slow).status).toBe(204);
  expect(await exited).toBe(0);
  expect(performance.now() - started).toBeLessThan(3_000);
});

test('idle connections do not hold the process', async () => {
  const { child, exited, ask } = await start(0);
  await Promise.all([ask('/livez'), ask('/livez'), ask('/livez')]);
  const started = performance.now();
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
  expect(performance.now() - started).toBeLessThan(2_000);
});

test('a second signal ends it at once with exit 1', async () => {
  const { child, exited, ask } = await start(10_000);
  await ask('/livez');
  child.kill('SIGTERM');
  await sleep(200);
  child.kill('SIGTERM');
  expect(await exited).toBe(1);
});

test('a rejection that nobody handles drains the process and ends in exit 1', async () => {
  const { said, exited, ask } = await start(0);
  const answered = ask('/after/-1');
  expect((await answered).status).toBe(204);
  expect(await exited).toBe(1);
  expect(said).toContain('unhandledRejection');
  expect(said).toContain('resources closed');
});
