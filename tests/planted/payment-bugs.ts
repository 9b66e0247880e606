import type { Plant } from './plant.ts';

const service = 'services/payment-service';

/** Bugs that the checks of payment-service must catch. */
export const paymentBugs = {
  'refund without cap': [
    {
      file: `${service}/refund.ts`,
      text: "if (refund.amount.amount_minor > rest.amount_minor) return 'too_much';",
      instead: '',
    },
    {
      file: `${service}/store-writes.ts`,
      text: "const isNewRefund = refund?.state === 'pending';",
      instead: 'const isNewRefund = false;',
    },
    {
      file: `${service}/payment.ts`,
      text: 'subtract(payment.amount, money(payment.refunded_minor, payment.amount.currency))',
      instead: 'payment.amount',
    },
  ],
  'idempotency without fingerprint': [
    {
      file: 'services/kit/idempotency.ts',
      text: "if (record.fingerprint !== fingerprint) return { kind: 'reused' };",
      instead: '',
    },
  ],
  'key not scoped to user': [
    {
      file: 'services/kit/idempotency.ts',
      text: 'JSON.stringify([userId, route, key])',
      instead: 'JSON.stringify([route, key])',
    },
  ],
} as const satisfies Record<string, Plant>;
