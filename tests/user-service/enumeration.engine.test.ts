import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, type UserWorld, userWorld } from './world.ts';

let world: UserWorld;
beforeAll(async () => {
  world = await userWorld();
});
afterAll(() => world.close());

const login = (email: string, password: string) => world.call('POST', '/auth/login', { body: { email, password } });

/** An answer without what differs between any two requests. */
function essence({ status, headers, body }: Answer) {
  const own = new Set(['x-request-id', 'traceparent']);
  return {
    status,
    headers: [...headers].filter(([name]) => !own.has(name)),
    names: [...headers.keys()],
    body: { ...body, request_id: '' },
  };
}

test('an unknown address, a wrong password and a disabled account are the same to whoever asks', async () => {
  const known = await world.register();
  const disabled = await world.register();
  await world.owner`UPDATE users SET status = 'disabled' WHERE email = ${disabled.email}`;
  const wrong = essence(await login(known.email, 'a wrong password'));
  expect(wrong.status).toBe(401);
  expect(wrong.body.code).toBe('invalid_credentials');
  expect(essence(await login('nobody@example.org', 'a wrong password'))).toEqual(wrong);
  expect(essence(await login(disabled.email, 'correct horse battery staple'))).toEqual(wrong);
});

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

test('they take the same time, too: medians of 100 samples each lie within 15 %', async () => {
  const { email } = await world.register();
  const timed = async (address: string) => {
    const started = performance.now();
    await login(address, 'a wrong password');
    return performance.now() - started;
  };
  const measured = async () => {
    const known: number[] = [];
    const unknown: number[] = [];
    for (let round = 0; round < 100; round += 1) {
      // In turns and in changing order, so that whatever else runs here slows both.
      const order = round % 2 === 0 ? ([known, unknown] as const) : ([unknown, known] as const);
      for (const samples of order) samples.push(await timed(samples === known ? email : 'nobody@example.org'));
    }
    process.stdout.write(`sign-in: known ${median(known).toFixed(1)} ms, unknown ${median(unknown).toFixed(1)} ms\n`);
    return median(known) / median(unknown);
  };
  // A busy machine can disturb one measurement; a difference that is really there is there each time.
  const ratios: number[] = [];
  const isSame = (ratio: number) => ratio > 0.85 && ratio < 1.15;
  while (ratios.length < 4 && !ratios.some(isSame)) ratios.push(await measured());
  expect(ratios.some(isSame), ratios.join(', ')).toBe(true);
});

test('a flood of sign-ins is told to come back instead of being queued without end', async () => {
  const { email } = await world.register();
  const answers = await Promise.all(Array.from({ length: 300 }, () => login(email, 'a wrong password')));
  const statuses = new Set(answers.map((answer) => answer.status));
  expect(statuses).toEqual(new Set([401, 503]));
  const refused = answers.find((answer) => answer.status === 503);
  expect(refused?.headers.get('retry-after')).toBe('1');
  expect((await login(email, 'a wrong password')).status).toBe(401);
});
