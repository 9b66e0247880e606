import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Dynamo } from '../../services/kit/dynamo.ts';
import { newId } from '../../services/kit/ids.ts';
import { Unavailable } from '../../services/kit/unavailable.ts';
import { finalAnswer } from '../../services/payment-service/answers.ts';
import { change } from '../../services/payment-service/change.ts';
import type { Change, Payment } from '../../services/payment-service/payment.ts';
import { createPaymentStore } from '../../services/payment-service/store.dynamo.ts';
import { paymentsTable } from '../../services/payment-service/table.ts';
import { createDynamoClient, createTables } from '../harness/dynamodb.ts';
import { attempt } from './attempts.ts';

let dynamo: Dynamo;
let table: string;
beforeAll(async () => {
  dynamo = createDynamoClient();
  table = (await createTables([paymentsTable], 'store'))['ecommerce-payments'];
});
afterAll(() => dynamo.destroy());

const clock = { now: () => Date.parse('2026-01-01T00:00:00Z'), monotonic: () => 0 };
const storeOver = (client: Dynamo) => createPaymentStore({ dynamo: client, table, holder: 'me', clock });
const running = (payment: Payment) => ({
  fingerprint: 'f',
  state: 'running' as const,
  resource_id: payment.payment_id,
  expires_at: clock.now() / 1000 + 60,
});
const fresh = () => {
  const payment_id = newId('payment');
  return attempt({ payment_id, order_id: newId('order'), record_id: `record-${payment_id}` });
};
async function begun(): Promise<Payment> {
  const outcome = await storeOver(dynamo).begin(fresh(), running(fresh()));
  if (outcome.kind !== 'begun') throw new Error(outcome.kind);
  return outcome.payment;
}
const moved = (made: ReturnType<typeof change>): Change => {
  if (typeof made === 'string') throw new Error(made);
  return made;
};
const granted = (payment: Payment) =>
  moved(change(payment, 'lease_granted', 0, { amount: { amount_minor: 5, currency: 'INR' } }));

/** A client whose writes are applied and then lose their answer. */
const forgetful = {
  send: async (command: never) => {
    const answer = await dynamo.send(command);
    if (!((command as object) instanceof GetCommand)) throw new Error('socket hang up');
    return answer;
  },
} as unknown as Dynamo;

test('a write whose answer was lost is recognised as our own, and not done again', async () => {
  const store = storeOver(forgetful);
  const payment = fresh();
  const outcome = await store.begin(payment, running(payment));
  expect(outcome.kind).toBe('begun');
  expect(await store.write(granted(payment))).toBe('written');
  expect(await store.payment(payment.payment_id)).toMatchObject({ state: 'authorizing', version: 2 });
});

test('a write that was not applied is no success, and says that the store could not be asked', async () => {
  const down = {
    send: (command: never) =>
      (command as object) instanceof GetCommand ? dynamo.send(command) : Promise.reject(new Error('refused')),
  } as unknown as Dynamo;
  const payment = await begun();
  await expect(storeOver(down).write(granted(payment))).rejects.toBeInstanceOf(Unavailable);
  const other = fresh();
  await expect(storeOver(down).begin(other, running(other))).rejects.toBeInstanceOf(Unavailable);
  expect((await storeOver(dynamo).payment(payment.payment_id))?.state).toBe('initiated');
});

test('an attempt that was changed or claimed since it was read is not written', async () => {
  const store = storeOver(dynamo);
  const payment = await begun();
  expect(await store.write(granted({ ...payment, fence: 0 }))).toBe('lost');
  expect(await store.write(granted(payment))).toBe('written');
  expect(await store.write(granted(payment))).toBe('lost');
});

test('key, attempt and lock come together or not at all', async () => {
  const store = storeOver(dynamo);
  const first = await begun();
  const sameOrder = { ...fresh(), order_id: first.order_id };
  expect(await store.begin(sameOrder, running(sameOrder))).toEqual({ kind: 'order_taken' });
  expect(await store.record(sameOrder.record_id)).toBeUndefined();
  expect(await store.payment(sameOrder.payment_id)).toBeUndefined();
  const sameKey = { ...fresh(), record_id: first.record_id };
  expect(await store.begin(sameKey, running(sameKey))).toEqual({ kind: 'key_taken' });
  expect(await store.active(sameKey.order_id)).toBeUndefined();
});

test('a key’s record that has expired counts for nothing, though no TTL has removed it', async () => {
  const store = storeOver(dynamo);
  const payment = fresh();
  const old = { pk: `IDEM#${payment.record_id}`, sk: 'META', ...running(payment), expires_at: clock.now() / 1000 };
  await dynamo.send(new PutCommand({ TableName: table, Item: old }));
  expect((await store.begin(payment, running(payment))).kind).toBe('begun');
});

test('the end of an attempt frees its order and answers its key, unless they belong to somebody else by now', async () => {
  const store = storeOver(dynamo);
  const payment = fresh();
  await store.begin(payment, running(payment));
  const abandoned = moved(change(payment, 'abandoned', 0, { refusal: 'order_expired' }));
  const foreign = { ...running(payment), resource_id: 'pay_other' };
  await dynamo.send(
    new PutCommand({ TableName: table, Item: { pk: `IDEM#${payment.record_id}`, sk: 'META', ...foreign } }),
  );
  const lock = { pk: `ORDER#${payment.order_id}`, sk: 'ACTIVE', payment_id: 'pay_other' };
  await dynamo.send(new PutCommand({ TableName: table, Item: lock }));
  expect(await store.write(abandoned, { answer: finalAnswer(abandoned) })).toBe('written');
  expect(await store.payment(payment.payment_id)).toMatchObject({ state: 'abandoned' });
  expect(await store.active(payment.order_id)).toBe('pay_other');
  expect((await store.record(payment.record_id))?.state).toBe('running');

  const own = fresh();
  await store.begin(own, running(own));
  const over = moved(change(own, 'abandoned', 0, { refusal: 'order_expired' }));
  await store.write(over, { answer: finalAnswer(over) });
  expect(await store.active(own.order_id)).toBeUndefined();
  expect(await store.record(own.record_id)).toMatchObject({ state: 'done', status: 409 });
});
