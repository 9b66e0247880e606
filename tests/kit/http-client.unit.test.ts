import { afterEach, expect, test, vi } from 'vitest';
import { freePort } from '../../bin/local/ports.ts';
import { type RequestContext, withContext } from '../../services/kit/request-context.ts';
import { createRetryBudget } from '../../services/kit/retry-budget.ts';
import { Unavailable } from '../../services/kit/unavailable.ts';
import { type Callee, clientOf, send, startCallee } from './callee.ts';

const open: Callee[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(open.splice(0).map((callee) => callee.close()));
});
async function start(...args: Parameters<typeof startCallee>): Promise<Callee> {
  const callee = await startCallee(...args);
  open.push(callee);
  return callee;
}

const get = { method: 'GET', path: '/thing', timeoutMs: 500 } as const;
const post = { method: 'POST', path: '/thing', body: { a: 1 }, timeoutMs: 500 } as const;
const context = (more: Partial<RequestContext> = {}): RequestContext => ({
  requestId: 'req_12345678',
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  deadline: undefined,
  userToken: undefined,
  ...more,
});

test('a call carries our token and the caller’s request id, trace, deadline and user', async () => {
  const { client, requests } = await start((_, response) => send(response, 200, { ok: true }));
  const deadline = performance.now() + 300;
  const answer = await withContext(context({ deadline, userToken: 'the.user.token' }), () => client.call(post));
  expect(answer).toEqual({ status: 200, body: { ok: true } });
  const { headers } = requests[0] ?? {};
  expect(headers).toMatchObject({
    authorization: 'Bearer token-for-product-service',
    'x-request-id': 'req_12345678',
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    'x-user-token': 'the.user.token',
    'content-type': 'application/json',
  });
  expect(Number(headers?.['x-deadline-ms'])).toBeGreaterThan(200);
  expect(Number(headers?.['x-deadline-ms'])).toBeLessThanOrEqual(300);
});

test('a user’s token is never made up, and a call without a body says nothing of one', async () => {
  const { client, requests } = await start((_, response) => send(response, 204));
  await client.call(get);
  expect(requests[0]?.headers).not.toHaveProperty('x-user-token');
  expect(requests[0]?.headers).not.toHaveProperty('content-type');
});

test('what the callee decided is an answer', async () => {
  const decided = [200, 201, 202, 400, 404, 409, 422];
  const { client } = await start((_, response, nth) => send(response, decided[nth - 1] ?? 0, { nth }));
  for (const [index, status] of decided.entries())
    expect(await client.call(get)).toEqual({ status, body: { nth: index + 1 } });
});

test('what is no decision means unavailable: 5xx, 429, and a token that was not accepted', async () => {
  const undecided = [500, 502, 503, 504, 429, 401, 403];
  const { client } = await start((_, response, nth) => send(response, undecided[nth - 1] ?? 0));
  for (const status of undecided) {
    const error = await client.call(get).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Unavailable);
    expect(String(error)).toContain(`it answered ${status}`);
  }
});

test('nobody there, a cut connection, an answer that is no JSON: unavailable', async () => {
  const nobody = clientOf(`http://127.0.0.1:${await freePort()}`);
  await expect(nobody.call(get)).rejects.toThrow(Unavailable);
  await nobody.close();
  const { client } = await start((request, response, nth) => {
    if (nth === 1) request.socket.destroy();
    else response.end('<html>');
  });
  await expect(client.call(post)).rejects.toThrow(Unavailable);
  await expect(client.call(post)).rejects.toThrow(Unavailable);
});

test('no answer in time is unavailable, within the time given', async () => {
  const { client } = await start(() => {});
  for (const timeoutMs of [50, 200]) {
    const started = performance.now();
    await expect(client.call({ ...get, timeoutMs })).rejects.toThrow('no answer in time');
    expect(performance.now() - started).toBeLessThan(timeoutMs + 150);
  }
});

test('an answer that begins in time and never ends is unavailable too', async () => {
  const { client } = await start((_, response) => void response.writeHead(200).write('{"a":'));
  await expect(client.call({ ...get, timeoutMs: 100 })).rejects.toThrow(Unavailable);
});

test('the caller’s deadline cuts the timeout, and past it nothing is sent', async () => {
  const { client, requests } = await start(() => {});
  const started = performance.now();
  await withContext(context({ deadline: started + 80 }), () =>
    expect(client.call({ ...get, timeoutMs: 5_000 })).rejects.toThrow(Unavailable),
  );
  expect(performance.now() - started).toBeLessThan(300);
  expect(requests).toHaveLength(1);
  await withContext(context({ deadline: started }), () => expect(client.call(get)).rejects.toThrow('deadline'));
  expect(requests).toHaveLength(1);
});

test('a call is made once unless it says that twice is safe', async () => {
  const { client, requests } = await start((request, response, nth) => {
    if (nth % 2 === 1) request.socket.destroy();
    else send(response, 200, { nth });
  });
  await expect(client.call(post)).rejects.toThrow(Unavailable);
  expect(requests).toHaveLength(1);
  expect(await client.call({ ...get, attempts: 2 })).toMatchObject({ status: 200 });
  expect(await client.call({ ...get, attempts: 2 })).toEqual({ status: 200, body: { nth: 4 } });
});

test('a decision is never asked for twice', async () => {
  const { client, requests } = await start((_, response) => send(response, 409));
  expect(await client.call({ ...get, attempts: 2 })).toMatchObject({ status: 409 });
  expect(requests).toHaveLength(1);
});

test('retries stay within a tenth of the calls and the ten it starts with', async () => {
  // Every third request fails: the breaker stays closed and one call in three wants a retry.
  const { client, requests } = await start((_, response, nth) => send(response, nth % 3 === 0 ? 503 : 200));
  const calls = 600;
  for (let n = 0; n < calls; n += 1) await client.call({ ...get, attempts: 2 }).catch(() => {});
  const retries = requests.length - calls;
  expect(retries).toBeLessThanOrEqual(10 + calls * 0.1);
  expect(retries).toBeGreaterThanOrEqual(calls * 0.1);
});

test('the retry budget starts full, earns a tenth per call and never holds more than ten', () => {
  const budget = createRetryBudget();
  const spendAll = () => {
    let spent = 0;
    while (budget.spend()) spent += 1;
    return spent;
  };
  for (let n = 0; n < 1_000; n += 1) budget.earn();
  expect(spendAll()).toBe(10);
  for (let n = 0; n < 25; n += 1) budget.earn();
  expect(spendAll()).toBe(2);
});

test('when half of twenty calls failed the callee is left alone for five seconds, then asked once', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  let broken = true;
  const { client, requests } = await start((_, response, nth) => send(response, broken && nth % 2 === 0 ? 503 : 200));
  for (let n = 0; n < 20; n += 1) await client.call(get).catch(() => {});
  expect(requests).toHaveLength(20);
  for (let n = 0; n < 10; n += 1)
    await expect(client.call({ ...get, attempts: 2 })).rejects.toThrow('too many recent calls failed');
  expect(requests).toHaveLength(20);

  vi.setSystemTime(Date.now() + 5_001);
  await client.call(get).catch(() => {});
  expect(requests.length).toBeGreaterThan(20);
  broken = false;
  expect((await client.call(get)).status).toBe(200);
});

test('a probe that fails leaves the callee alone for another five seconds', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { client, requests } = await start((_, response) => send(response, 503));
  for (let n = 0; n < 20; n += 1) await client.call(get).catch(() => {});
  vi.setSystemTime(Date.now() + 5_001);
  const settled = await Promise.allSettled([1, 2, 3, 4, 5].map(() => client.call(get)));
  expect(settled.every((one) => one.status === 'rejected')).toBe(true);
  expect(requests).toHaveLength(21);
  await expect(client.call(get)).rejects.toThrow('too many recent calls failed');
  expect(requests).toHaveLength(21);
});

test('fewer than twenty calls never open the breaker, however many fail', async () => {
  const { client, requests } = await start((_, response) => send(response, 503));
  for (let n = 0; n < 19; n += 1) await client.call(get).catch(() => {});
  expect(requests).toHaveLength(19);
  await client.call(get).catch(() => {});
  expect(requests).toHaveLength(20);
});
