import type { Planted } from './plant-run.ts';

const order = 'services/order-service';
const kit = 'services/kit';

/** Bugs that tests without engines must notice. */
export const plainBugs: readonly Planted[] = [
  {
    bug: 'a lease is given although the order is to be cancelled',
    plant: [
      {
        file: `${order}/transition.ts`,
        text: "if (state !== 'AWAITING_PAYMENT' || order.cancel_requested) return refused;",
        instead: "if (state !== 'AWAITING_PAYMENT') return refused;",
      },
    ],
    test: 'tests/order-service/transition.unit.test.ts',
  },
  {
    bug: 'refunds above the total are taken',
    plant: [
      {
        file: `${order}/payment-transition.ts`,
        text: 'if (refundedMinor > order.total_minor) return refused;',
        instead: '',
      },
    ],
    test: 'tests/order-service/transition.unit.test.ts',
  },
  {
    bug: 'the third decline does not end the order',
    plant: [{ file: `${order}/payment-transition.ts`, text: '|| declines >= lastDecline', instead: '' }],
    test: 'tests/order-service/transition.unit.test.ts',
  },
  {
    bug: 'an authorised stranger is left without a verdict',
    plant: [
      {
        file: `${order}/payment-verdict.ts`,
        text: "return type === 'authorized' || type === 'captured' ? 'void' : 'none';",
        instead: "return 'none';",
      },
    ],
    test: 'tests/order-service/payment-verdict.unit.test.ts',
  },
  {
    bug: 'a callback is taken although a later one was seen',
    plant: [{ file: `${order}/payment-verdict.ts`, text: 'event.seq > (order.holder?.seq ?? 0)', instead: 'true' }],
    test: 'tests/order-service/payment-verdict.unit.test.ts',
  },
  {
    bug: 'calls that may not happen twice are retried',
    plant: [{ file: `${kit}/http-client.ts`, text: 'call.attempts !== 2 || ', instead: '' }],
    test: 'tests/kit/http-client.unit.test.ts',
  },
  {
    bug: 'retries have a budget far too large',
    plant: [
      {
        file: `${kit}/retry-budget.ts`,
        text: 'if (tokens < 1) return false;',
        instead: 'if (tokens < -50) return false;',
      },
    ],
    test: 'tests/kit/http-client.unit.test.ts',
  },
  {
    bug: 'the deadline is not passed on',
    plant: [{ file: `${kit}/http-client.ts`, text: "'x-deadline-ms': String(Math.ceil(timeoutMs)),", instead: '' }],
    test: 'tests/kit/http-client.unit.test.ts',
  },
  {
    bug: 'an expired idempotency record is believed because the table has not deleted it yet',
    plant: [{ file: `${kit}/idempotency.ts`, text: '|| record.expires_at * 1000 <= nowMs', instead: '' }],
    test: 'tests/kit/idempotency.unit.test.ts',
  },
  {
    bug: 'the algorithm of a token is not pinned',
    plant: [{ file: `${kit}/user-token.ts`, text: 'algorithms: [accessTokenAlgorithm],', instead: '' }],
    test: 'tests/kit/user-token.unit.test.ts',
  },
];

/** Bugs that only real engines show. */
export const engineBugs: readonly Planted[] = [
  {
    bug: 'an order is written whatever happened to it since it was read',
    plant: [
      {
        file: `${order}/store.dynamo.ts`,
        text: "ConditionExpression: 'version = :version AND fence = :fence',",
        instead: "ConditionExpression: 'version = :version OR fence = :fence OR attribute_exists(pk)',",
      },
    ],
    test: 'tests/order-service/payment.engine.test.ts',
    named: 'twenty attempts',
  },
  {
    bug: 'a callback is taken whatever amount it names',
    plant: [
      {
        file: `${order}/payment-callback.ts`,
        text: "if (wrong) return mismatch(orderId, wrong, 'Not what the order says.');",
        instead: '',
      },
    ],
    test: 'tests/order-service/payment.engine.test.ts',
    named: 'a callback with another order',
  },
  {
    bug: "somebody else may pay and so lock a customer's order",
    plant: [{ file: `${order}/payment-lease.ts`, text: '|| order.user_id !== userId', instead: '' }],
    test: 'tests/order-service/payment.engine.test.ts',
    named: "somebody else's order",
  },
  {
    bug: 'the relay ignores the order of events',
    plant: [
      {
        file: `${order}/store.dynamo.ts`,
        text: 'return events.filter((event, index) => event.data.seq === first + index);',
        instead: 'void first; return [...events].reverse();',
      },
    ],
    test: 'tests/order-service/place-order.engine.test.ts',
    named: 'events that waited together',
  },
  {
    bug: 'a "yes" is guessed where user-service does not answer',
    plant: [
      {
        file: `${order}/place-order.ts`,
        text: 'if (!(await users.isActive(userId)))',
        instead: 'if (!(await users.isActive(userId).catch(() => true)))',
      },
    ],
    test: 'tests/order-service/place-order.engine.test.ts',
    named: 'nothing is accepted where',
  },
  {
    bug: 'an expired cart is shown because the table has not deleted it yet',
    plant: [{ file: `${order}/cart-store.ts`, text: '|| Number(item.expires_at) * 1000 <= clock.now()', instead: '' }],
    test: 'tests/order-service/cart.engine.test.ts',
    named: 'an expired cart',
  },
];
