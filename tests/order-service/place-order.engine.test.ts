import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { newId } from '../../services/kit/ids.ts';
import { createKafka, readAll } from '../../services/kit/kafka.ts';
import { Unavailable } from '../../services/kit/unavailable.ts';
import { orderEventSchema } from '../../services/order-service/events.ts';
import { createDynamoClient } from '../harness/dynamodb.ts';
import { aProduct, command, eventually, log, places, replica, stockDouble } from './world.ts';

type Where = Awaited<ReturnType<typeof places>>;
let where: Where;
let one: ReturnType<typeof replica>;
beforeAll(async () => {
  where = await places();
  one = replica(where);
});
afterAll(() => one.close());

const stateOf = (bytes: string): string => (JSON.parse(bytes) as { state: string }).state;

test('an order that can be held is answered 201, waiting for its payment', async () => {
  const placed = await one.placeOrder(command({ quantity: 2 }));
  expect(placed).toMatchObject({ kind: 'final', status: 201, replayed: false });
  if (placed.kind !== 'final') return;
  expect(JSON.parse(placed.bytes)).toMatchObject({
    state: 'awaiting_payment',
    total: { amount_minor: 10_000, currency: 'INR' },
  });
  expect(one.stock.held.get(placed.orderId)).toEqual({ quantity: 2, state: 'held' });
});

test('the same key sent 200 times at once gives one order, and a later replay is byte-identical', async () => {
  const same = command();
  const before = one.stock.held.size;
  const answers = await Promise.all(Array.from({ length: 200 }, () => one.placeOrder(same)));
  // A slow machine may answer "not yet" (pending) or "still running", but never twice differently.
  for (const { kind, ...answer } of answers)
    expect(kind !== 'problem' || ('code' in answer && answer.code === 'request_in_progress')).toBe(true);
  const replay = await eventually(async () => {
    const answer = await one.placeOrder(same);
    return answer.kind === 'final' && answer;
  });
  expect(replay).toMatchObject({ status: 201, replayed: true });
  for (const answer of answers) if (answer.kind === 'final') expect(answer.bytes).toBe(replay.bytes);
  expect(one.stock.held.size).toBe(before + 1);
});

test('a key that comes with another body is refused, and another user never replays it', async () => {
  const key = randomUUID();
  const first = command({ key });
  await one.placeOrder(first);
  expect(await one.placeOrder({ ...first, fingerprint: 'another body' })).toMatchObject({
    code: 'idempotency_key_reused',
  });
  const other = await one.placeOrder(command({ key }));
  expect(other).toMatchObject({ kind: 'final', replayed: false });
});

test('a hold that is refused is remembered with its answer, and what was sold out before is not', async () => {
  const stock = stockDouble(1);
  const shop = replica(where, { stock });
  const { products } = stock;
  // The quote is one moment older than the hold: exactly then the last unit goes to somebody else.
  const quote = products.quote;
  Object.assign(products, {
    quote: async (items: Parameters<typeof quote>[0]) => {
      const answer = await quote(items);
      stock.held.set('somebody else', { quantity: 1, state: 'held' });
      return answer;
    },
  });
  const late = command();
  const refused = await shop.placeOrder(late);
  expect(refused).toMatchObject({ kind: 'final', status: 409 });
  const replay = await shop.placeOrder(late);
  expect(replay).toEqual({ ...refused, replayed: true, orderId: '' });
  const soldOut = command();
  expect(await shop.placeOrder(soldOut)).toMatchObject({ kind: 'problem', code: 'insufficient_stock' });
  expect(await shop.store.key(soldOut.recordId)).toBe(undefined);
  await shop.close();
});

test('nothing is accepted where a user, a price or stock cannot be asked', async () => {
  const stock = stockDouble(10);
  stock.down = true;
  const shop = replica(where, { stock });
  const asked = command();
  await expect(shop.placeOrder(asked)).rejects.toThrow(Unavailable);
  expect(await shop.store.key(asked.recordId)).toBe(undefined);
  await shop.close();
  const noUsers = {
    isActive: async () => {
      throw new Unavailable('user-service', 'down');
    },
  };
  const closed = replica(where, { users: noUsers });
  await expect(closed.placeOrder(asked)).rejects.toThrow(Unavailable);
  expect(closed.stock.calls).toEqual([]);
  await closed.close();
});

test('a total that the client saw and that is no longer right is refused, and a price it sends changes nothing', async () => {
  const asked = command({ quantity: 2 });
  const changed = await one.placeOrder({
    ...asked,
    request: { ...asked.request, expected_total: { amount_minor: 9_999, currency: 'INR' } },
  });
  expect(changed).toMatchObject({ code: 'price_changed', extra: { total: { amount_minor: 10_000 } } });
});

test('an answer of the table that is lost after the write makes no second order', async () => {
  const dynamo = createDynamoClient();
  let lost = 0;
  dynamo.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      const items = (args.input as { TransactItems?: unknown[] }).TransactItems;
      if (items && lost < 2) {
        lost += 1;
        throw Object.assign(new Error('the connection broke'), { name: 'TimeoutError' });
      }
      return answer;
    },
    { step: 'initialize', priority: 'high' },
  );
  const shaky = replica(where, { dynamo });
  const asked = command();
  const placed = await shaky.placeOrder(asked);
  expect(lost).toBe(2);
  expect(placed).toMatchObject({ kind: 'final', status: 201 });
  expect(shaky.stock.held.size).toBe(1);
  await shaky.close();
});

test('an order whose process died after the intent is finished by another, once, and its key then replays', async () => {
  const stock = stockDouble(10);
  const dead = replica(where, { stock, working: false });
  stock.down = false;
  const asked = command();
  // The process dies in the middle of the hold: the stock is held, nobody hears it.
  const hold = stock.products.hold;
  let died = () => {};
  const dying = new Promise<void>((resolve) => {
    died = resolve;
  });
  Object.assign(stock.products, {
    hold: async (...args: Parameters<typeof hold>) => {
      await hold(...args);
      died();
      return new Promise(() => {});
    },
  });
  void dead.placeOrder(asked);
  await dying;
  Object.assign(stock.products, { hold });
  const alive = replica(where, { stock });
  const record = await eventually(async () => {
    const found = await alive.store.key(asked.recordId);
    return found?.state === 'done' ? found : undefined;
  });
  expect(record.status).toBe(201);
  expect(stateOf(record.body ?? '')).toBe('awaiting_payment');
  expect(stock.held.size).toBe(1);
  expect(await alive.placeOrder(asked)).toMatchObject({ kind: 'final', replayed: true, bytes: record.body });
  await alive.close();
  await dead.close();
});

test('a process that was paused while another took its order over cannot write any more', async () => {
  const stock = stockDouble(10);
  const paused = replica(where, { stock, working: false });
  let resume = () => {};
  const hold = stock.products.hold;
  let first = true;
  Object.assign(stock.products, {
    hold: async (...args: Parameters<typeof hold>) => {
      if (!first) return hold(...args);
      first = false;
      await new Promise<void>((resolve) => {
        resume = resolve;
      });
      return { outcome: 'insufficient', expiresAt: undefined, shortages: [] };
    },
  });
  const asked = command();
  const zombie = paused.placeOrder(asked);
  await eventually(() => !first);
  const other = replica(where, { stock });
  const orderId = (await eventually(() => other.store.key(asked.recordId))).resource_id;
  await eventually(async () => (await other.store.load(orderId))?.state === 'AWAITING_PAYMENT');
  resume();
  expect(await zombie).toMatchObject({ kind: 'final', status: 201 });
  const order = await other.store.load(orderId);
  expect(order?.state).toBe('AWAITING_PAYMENT');
  expect((await other.store.events(orderId)).map(({ event }) => event.type)).toEqual(['order.created', 'order.placed']);
  await other.close();
  await paused.close();
});

test('every event reaches the topic once, in order, with its order as key, and the timeline knows where', async () => {
  const placed = await Promise.all(Array.from({ length: 20 }, () => one.placeOrder(command())));
  const ids = placed.flatMap((answer) => (answer.kind === 'final' ? [answer.orderId] : []));
  expect(ids).toHaveLength(20);
  for (const id of ids)
    await eventually(async () => (await one.store.events(id)).every((event) => event.published !== undefined));
  const records = await readAll(createKafka('reader', inject('kafkaBrokers'), log), where.topic, randomUUID());
  for (const id of ids) {
    const mine = records.filter((record) => record.key?.toString() === id);
    const events = mine.map((record) => orderEventSchema.parse(JSON.parse(record.value?.toString() ?? '')));
    expect(events.map((event) => event.id)).toEqual([`${id}:1`, `${id}:2`]);
    const stored = await one.store.events(id);
    expect(stored.map((event) => event.published?.offset)).toEqual(mine.map((record) => record.offset));
  }
});

test('events that waited together leave in their order', async () => {
  // A replica whose relay never runs: both events of the order wait.
  const silent = replica(await places(), { working: false });
  const placed = await silent.placeOrder(command());
  if (placed.kind !== 'final') throw new Error('not placed');
  expect((await silent.store.unpublished(placed.orderId)).map((event) => event.data.seq)).toEqual([1, 2]);
  await silent.relay.publish(placed.orderId);
  const published = (await silent.store.events(placed.orderId)).map((stored) => stored.published);
  expect(published.map((position) => position?.offset)).toEqual(['0', '1']);
  await silent.close();
});

test('an order from the cart takes the cart as it was, and a price that changed since is refused', async () => {
  const userId = newId('user');
  const line = { product_id: aProduct, title: 'Kettle', quantity: 3, unit_minor: 5_000, currency: 'INR' };
  const saved = await one.carts.save({ ...(await one.carts.load(userId)), lines: [line] });
  expect(saved?.version).toBe(1);
  const { request, ...rest } = command({ userId });
  const fromCart = { ...rest, request: { from_cart: true as const, shipping_address: request.shipping_address } };
  one.stock.price = 6_000;
  expect(await one.placeOrder(fromCart)).toMatchObject({ code: 'price_changed' });
  one.stock.price = 5_000;
  const placed = await one.placeOrder(fromCart);
  expect(placed).toMatchObject({ kind: 'final', status: 201 });
  if (placed.kind === 'final') expect(JSON.parse(placed.bytes)).toMatchObject({ total: { amount_minor: 15_000 } });
  await eventually(async () => (await one.carts.load(userId)).lines.length === 0);
});
