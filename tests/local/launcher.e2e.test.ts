import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { platform } from '../../services/platform/platform.ts';
import { launch, processesOf, stillRunning } from './launched.ts';
import { temporaryDirectory } from './temporary-directory.ts';

type Description = { readonly gateway: string };
const addressesOf = (dataDir: string): Description =>
  JSON.parse(readFileSync(join(dataDir, 'platform.json'), 'utf8')) as Description;

async function signIn(dataDir: string, password = demoPassword(dataDir)): Promise<{ status: number; token: string }> {
  const answer = await fetch(`${addressesOf(dataDir).gateway}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'demo@example.com', password }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return { status: answer.status, token };
}

const demoPassword = (dataDir: string): string =>
  JSON.parse(readFileSync(join(dataDir, 'credentials.json'), 'utf8')).demo.password;

async function cart(dataDir: string, method: 'GET' | 'PUT', path = ''): Promise<unknown> {
  const { token } = await signIn(dataDir);
  const answer = await fetch(`${addressesOf(dataDir).gateway}/api/v1/cart${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(method === 'PUT' ? { body: JSON.stringify({ quantity: 2 }) } : {}),
  });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { items: unknown }).items;
}

test('npm start: shows what it started, restarts what dies, refuses a second one, stops whole, keeps the data', async () => {
  const dataDir = temporaryDirectory();
  const first = launch(dataDir);
  await first.said('A whole order, in a second terminal');
  for (const name of Object.keys(platform.services)) expect(first.output()).toMatch(new RegExp(`${name} +ready +http`));
  expect(first.output()).toContain(`curl -s '${addressesOf(dataDir).gateway}/api/v1/products?limit=3'`);
  expect(first.output()).not.toContain(readFileSync(join(dataDir, 'postgres', 'password'), 'utf8'));
  expect(statSync(join(dataDir, 'credentials.json')).mode & 0o777).toBe(0o600);

  const products = await fetch(`${addressesOf(dataDir).gateway}/api/v1/products?limit=1`);
  const [product] = ((await products.json()) as { items: { product_id: string }[] }).items;
  const written = await cart(dataDir, 'PUT', `/items/${product?.product_id}`);

  const second = launch(dataDir);
  expect(await second.ended()).toBe(1);
  expect(second.output()).toContain(`The platform already runs on ${dataDir}`);

  const before = processesOf(dataDir);
  expect(before.size).toBeGreaterThanOrEqual(Object.keys(platform.services).length + 6);
  process.kill(before.get('order-service')?.pid ?? 0, 'SIGKILL');
  await first.said('order-service ended (SIGKILL); starting it again in 0.25 s.');
  await first.said('order-service is ready again');

  const all = processesOf(dataDir);
  first.child.kill('SIGINT');
  expect(await first.ended()).toBe(0);
  expect(await stillRunning(all, 0)).toEqual([]);

  const again = launch(dataDir, ['--no-analytics']);
  await again.said('Ready in');
  expect(await cart(dataDir, 'GET')).toEqual(written);
  again.child.kill('SIGTERM');
  expect(await again.ended()).toBe(0);

  const oldPassword = demoPassword(dataDir);
  const fresh = launch(dataDir, ['--fresh', '--no-analytics']);
  await fresh.said('Ready in');
  expect((await signIn(dataDir, oldPassword)).status).toBe(401);
  expect(await cart(dataDir, 'GET')).toEqual([]);
});

test.each(['launcher', 'supervisor'] as const)(
  'kill -9 of the %s leaves no process behind',
  {
    timeout: 300_000,
  },
  async (victim) => {
    const dataDir = temporaryDirectory();
    const launched = launch(dataDir, victim === 'launcher' ? [] : ['--no-analytics']);
    await launched.said('Ready in');
    // Flink comes after the platform takes orders, and only where it is wanted.
    if (victim === 'launcher') await launched.said('orders-analytics is ready (', 240_000);
    const all = processesOf(dataDir);
    expect(all.has('orders-analytics')).toBe(victim === 'launcher');
    if (victim === 'launcher') launched.child.kill('SIGKILL');
    else process.kill(all.get('launcher')?.pid ?? 0, 'SIGKILL');
    expect(await stillRunning(all, 15_000)).toEqual([]);
  },
);

test('a start that is interrupted leaves no process behind', async () => {
  const dataDir = temporaryDirectory();
  const launched = launch(dataDir);
  await launched.said(/postgres +ready/);
  const all = processesOf(dataDir);
  launched.child.kill('SIGINT');
  expect(await launched.ended()).toBe(0);
  expect(await stillRunning(all, 1_000)).toEqual([]);
});
