import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { platformUnderTest } from '../harness/platform.ts';
import { readOrderRecords } from './order-events.ts';
import { openShop, type Shop } from './shop.ts';

const platform = platformUnderTest();
let shop: Shop;
beforeAll(() => {
  shop = openShop(platform);
});
afterAll(() => shop.close());

test('every event has its order as key, a deterministic id, no gap, the committed schema, and nothing personal', async () => {
  const productId = await shop.product(100);
  const buyers = await shop.buyers(10);
  const ids: string[] = [];
  for (const [index, buyer] of buyers.entries()) {
    const order = await shop.order(buyer, productId);
    expect(order.status).toBe(201);
    ids.push(order.body.order_id);
    const method = index % 2 === 0 ? 'pm_ok' : 'pm_declined';
    await shop.pay(buyer, order.body.order_id, method);
    if (index === 0)
      await shop.ask('POST', `/orders/${order.body.order_id}/cancel`, {
        token: buyer.token,
        key: `cancel-${order.body.order_id}`,
        body: { reason: 'Asha Canaryname moved to 12 Canary Lane' },
      });
  }
  await expect
    .poll(
      async () => {
        const keys = (await readOrderRecords(platform)).map((record) => String(record.key));
        return ids.every((id) => keys.filter((key) => key === id).length >= 3);
      },
      { timeout: 60_000 },
    )
    .toBe(true);

  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync('docs/schemas/order-event.v1.json', 'utf8')));
  const records = await readOrderRecords(platform);
  const last = new Map<string, number>();
  for (const record of records) {
    const text = String(record.value);
    const event = JSON.parse(text);
    expect(validate(event), JSON.stringify(validate.errors)).toBe(true);
    expect(String(record.key)).toBe(event.data.order_id);
    expect(event.id).toBe(`${event.data.order_id}:${event.data.seq}`);
    const seen = last.get(event.subject) ?? 0;
    // Published again after a crash is lawful; a gap or a step back to something never seen is not.
    expect(event.data.seq, event.id).toBeLessThanOrEqual(seen + 1);
    last.set(event.subject, Math.max(seen, event.data.seq));
    expect(text).not.toMatch(/canary|@|recipient|line1|phone|postal/i);
    expect(Object.values(event.data).every((value) => typeof value !== 'number' || Number.isInteger(value))).toBe(true);
  }
  expect(ids.every((id) => (last.get(id) ?? 0) >= 3)).toBe(true);
});
