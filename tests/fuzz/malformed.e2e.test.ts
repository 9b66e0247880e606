import { Pool } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import openApi from '../../docs/openapi.json' with { type: 'json' };
import { inParallel, openShop, type Shop } from '../e2e/shop.ts';
import { platformUnderTest } from '../harness/platform.ts';
import { createChance } from './chance.ts';
import { type Document, operationsOf } from './document.ts';
import { createJudge } from './judge.ts';
import { type FuzzRequest, fuzzRequest } from './requests.ts';

const platform = platformUnderTest();
const document = openApi as unknown as Document;
const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
const total = process.env.SOAK ? 50_000 : 2_000;
let shop: Shop;
let pool: Pool;

beforeAll(() => {
  shop = openShop(platform);
  pool = new Pool(platform.gateway, { connections: 8, headersTimeout: 15_000 });
});
afterAll(async () => {
  await shop.close();
  await pool.destroy();
});

async function send(request: FuzzRequest) {
  const { method, path, headers, body } = request;
  const response = await pool.request({ method: method as 'GET', path, headers, body });
  return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
}

test(`${total} malformed requests: no 5xx, every error a whole problem document, every status declared (seed ${seed})`, async () => {
  const chance = createChance(seed);
  const operations = operationsOf(document);
  const judge = createJudge(document);
  // Some requests sign their own session out, so there are many.
  const buyers = (await shop.buyers(100)).map((buyer) => buyer.token);
  const admins = await Promise.all(Array.from({ length: 10 }, () => shop.admin()));
  const valid = [...buyers, ...Array.from({ length: 6 }, () => admins).flat()];
  const service = await platform.serviceToken('order-service', 'product-service');
  const bad = ['', 'Bearer', 'Bearer x.y.z', 'Basic YTpi', `bearer ${valid[0]}x`, `Bearer ${service}`, 'Bearer \u00ff'];
  const requests = Array.from({ length: total }, (_, index) =>
    fuzzRequest(operations[index % operations.length] as (typeof operations)[number], { valid, bad }, chance),
  );

  const faults: string[] = [];
  const statuses = new Map<number, number>();
  await inParallel(requests, 8, async (request) => {
    const answer = await send(request);
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    for (const sentence of judge(request.operation, answer))
      faults.push(
        `${request.method} ${request.path} ${sentence}\n  sent ${JSON.stringify(request.headers).slice(0, 300)} ${request.body?.toString().slice(0, 200)}\n  got ${answer.text.slice(0, 400)}`,
      );
  });
  process.stdout.write(
    `fuzz seed ${seed}: ${JSON.stringify(Object.fromEntries([...statuses].toSorted(([a], [b]) => a - b)))}\n`,
  );
  expect(faults.length, faults.slice(0, 20).join('\n')).toBe(0);
  // A fuzzer that never gets past the door tests the door only.
  const share = (from: number, to: number) =>
    [...statuses].filter(([status]) => status >= from && status < to).reduce((sum, [, count]) => sum + count, 0) /
    total;
  expect(share(200, 400)).toBeGreaterThan(0.05);
  expect(share(422, 423)).toBeGreaterThan(0.1);
});
