import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { UnitName } from '../../bin/local/unit-names.ts';
import { serviceNames } from '../../services/platform/names.ts';
import { platformUnderTest } from '../harness/platform.ts';
import { eventually, logLines } from './log-lines.ts';
import { openShop } from './shop.ts';

const platform = platformUnderTest();

/** Which units logged something of a trace, and the messages. */
async function pathOf(traceId: string): Promise<ReadonlyMap<UnitName, readonly unknown[]>> {
  const path = new Map<UnitName, readonly unknown[]>();
  for (const name of [...serviceNames, 'event-source'] as const) {
    const { lines } = await logLines(platform.dataDir, name);
    const own = lines.filter((line) => line.trace_id === traceId);
    if (own.length > 0)
      path.set(
        name,
        own.map((line) => line.route ?? line.type ?? line.msg),
      );
  }
  return path;
}

test("one trace id finds an order's way through every service, up to its mail", async () => {
  const shop = openShop(platform);
  const [buyer] = await shop.buyers(1);
  if (!buyer) throw new Error('there is no buyer');
  const product = await shop.product(5);
  const traceId = randomBytes(16).toString('hex');
  const headers = { traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` };
  const asked = { token: buyer.token, headers };
  const placed = await shop.ask('POST', '/orders', { ...asked, key: randomUUID(), body: shop.orderBody(product) });
  expect(placed.status).toBe(201);
  // The answer says where to look.
  expect(String(placed.headers.traceparent).split('-')[1]).toBe(traceId);
  const body = { order_id: placed.body.order_id, payment_method_token: 'pm_ok' };
  await shop.ask('POST', '/payments', { ...asked, key: randomUUID(), body });
  await shop.reaches(buyer, placed.body.order_id, ['paid']);
  await shop.close();

  const everywhere = [...serviceNames, 'event-source'];
  const path = await eventually(
    20_000,
    () => pathOf(traceId),
    (seen) => everywhere.every((name) => seen.has(name as UnitName)),
  );
  expect([...path.keys()].sort()).toEqual(everywhere.sort());
  expect(path.get('product-service')).toContain('/internal/reservations/:order_id');
  expect(path.get('order-service')).toEqual(expect.arrayContaining(['/orders', '/orders/:order_id/status']));
  expect(path.get('event-source')).toContain('order.placed');
});

test('every line of a request carries its request id and trace id, and every line is JSON with a level and a time', async () => {
  const shop = openShop(platform);
  await shop.ask('GET', '/products');
  await shop.ask('GET', '/orders', { token: 'not a token' });
  await shop.close();
  for (const name of serviceNames) {
    const { lines } = await logLines(platform.dataDir, name);
    const requests = lines.filter(({ msg }) => msg === 'request');
    expect(requests.length, name).toBeGreaterThan(0);
    const wrong = requests.filter(
      ({ request_id, trace_id }) =>
        !/^[\w-]{8,64}$/.test(String(request_id)) || !/^[0-9a-f]{32}$/.test(String(trace_id)),
    );
    expect(wrong.slice(0, 3), name).toEqual([]);
    const unlabelled = lines.filter(
      ({ level, time, service }) =>
        !/^(debug|info|warn|error|fatal)$/.test(String(level)) ||
        service !== name ||
        Number.isNaN(Date.parse(String(time))),
    );
    expect(unlabelled.slice(0, 3), name).toEqual([]);
  }
});
