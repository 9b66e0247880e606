import { expect, test } from 'vitest';
import { keyViolations } from '../payment-service/key-checks.ts';
import { refundViolations } from '../payment-service/refund-checks.ts';
import { startWorld, type World } from '../payment-service/world.ts';
import { paymentBugs } from './payment-bugs.ts';

const caught = [
  {
    bug: 'refund without cap',
    check: (world: World, url: string) => refundViolations(world, url, 2),
    says: /accepted of/,
  },
  { bug: 'idempotency without fingerprint', check: keyViolations, says: /a key with another body is answered 201/ },
  { bug: 'key not scoped to user', check: keyViolations, says: /another user with the same key and body is answered/ },
] as const;

test.for(caught)(
  'the bug "$bug" is caught by the check that passes without it',
  { timeout: 120_000 },
  async ({ bug, check, says }) => {
    const args = ['--import', './tests/planted/plant.ts'];
    const world = await startWorld({ args, env: { PLANT: JSON.stringify(paymentBugs[bug]) } });
    try {
      const { url } = await world.startService();
      const broken = await check(world, url);
      expect(broken.join('\n')).toMatch(says);
    } finally {
      await world.close();
    }
  },
);
