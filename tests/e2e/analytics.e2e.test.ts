import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Rows, readRows } from '../../analytics/results.ts';
import { renderReport } from '../../bin/analytics-report.ts';
import { localAws } from '../../bin/local/aws.ts';
import type { OrderEvent } from '../../services/order-service/events.ts';
import { differences } from '../analytics/account.ts';
import { platformUnderTest } from '../harness/platform.ts';
import { readOrderRecords } from './order-events.ts';
import { type Buyer, openShop, type Shop } from './shop.ts';

const platform = platformUnderTest();
const results = join(platform.dataDir, 'analytics');
let shop: Shop;
let buyer: Buyer;

beforeAll(async () => {
  shop = openShop(platform);
  [buyer] = (await shop.buyers(1)) as [Buyer];
  await platform.start('orders-analytics');
}, 240_000);
afterAll(async () => {
  await platform.stop('orders-analytics');
  await shop.close();
});

/** Every event in the order table, whoever wrote it and whether or not it is published. */
async function eventsInTable(): Promise<readonly OrderEvent[]> {
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({ ...localAws, endpoint: platform.addresses.dynamodb ?? '' }),
  );
  const events: OrderEvent[] = [];
  for await (const page of paginateScan({ client }, { TableName: 'ecommerce-orders', ConsistentRead: true }))
    for (const { sk, event } of page.Items ?? []) if (String(sk).startsWith('EVT#')) events.push(event as OrderEvent);
  client.destroy();
  return events;
}

/** Orders and pays; answers the event that says so. */
async function paid(productId: string): Promise<OrderEvent> {
  const order = await shop.order(buyer, productId);
  expect(order.status).toBe(201);
  await shop.pay(buyer, order.body.order_id);
  await shop.reaches(buyer, order.body.order_id, ['paid']);
  const event = (await eventsInTable()).find(
    ({ type, subject }) => type === 'order.paid' && subject === order.body.order_id,
  );
  if (!event) throw new Error('the order is paid and its event is not in the table');
  return event;
}

const minuteEnd = (event: OrderEvent): number => Math.floor(Date.parse(event.time) / 60_000 + 1) * 60_000;

/** Milliseconds from the end of the event's minute until its figures are committed, which they must be within `withinMs`. */
async function committedAfter(event: OrderEvent, withinMs: number): Promise<number> {
  const end = minuteEnd(event);
  for (;;) {
    const minutes: readonly Rows['orders_per_minute'][] = readRows(results, 'orders_per_minute');
    if (minutes.some((row) => Date.parse(row.window_end) === end && row.paid > 0)) return Date.now() - end;
    if (Date.now() > end + withinMs)
      throw new Error(`The minute of ${event.time} is not committed ${withinMs} ms after its end.`);
    await sleep(200);
  }
}

test('what was ordered through the gateway is in a committed minute within 90 s, and all minutes add up to the order table, also after Flink was killed', async () => {
  const productId = await shop.product(10);
  const first = await paid(productId);
  await expect.poll(() => existsSync(join(platform.dataDir, 'flink', 'checkpoints')), { timeout: 30_000 }).toBe(true);
  await platform.kill('orders-analytics');
  await platform.start('orders-analytics');
  const second = await paid(productId);
  const after = await committedAfter(second, 90_000);
  expect(await committedAfter(first, 90_000)).toBeGreaterThan(0);

  const snapshot = join(platform.dataDir, 'analytics-then');
  cpSync(results, snapshot, { recursive: true });
  const closed = Math.max(...readRows(snapshot, 'orders_per_minute').map((row) => Date.parse(row.window_end)));
  const records = await readOrderRecords(platform);
  const published = new Set(records.map(({ value }) => (JSON.parse(String(value)) as OrderEvent).id));
  const events = (await eventsInTable()).filter((event) => Date.parse(event.time) < closed);
  expect(events.filter(({ id }) => !published.has(id))).toEqual([]);
  const appended = records.map(({ key, value, timestamp }) => ({
    key: String(key),
    value: String(value),
    ingested: timestamp,
  }));
  expect(differences(snapshot, events, appended, 0)).toEqual([]);
  const late = readRows(snapshot, 'late_events').length;
  console.log(
    `analytics: committed ${Math.round(after / 1000)} s after the minute's end; ${events.length} events, ${late} of them late, as in the order table`,
  );
  expect(renderReport(snapshot, 3)).toMatch(new RegExp(`${events.length - late} events in their minute, ${late} late`));
}, 300_000);
