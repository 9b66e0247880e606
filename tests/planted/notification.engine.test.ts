import { expect, inject, test } from 'vitest';
import type { KafkaBatchResponse } from '../../services/notification-lambda/batch.ts';
import type { Deliveries } from '../../services/notification-lambda/deliveries.ts';
import type { Mailer } from '../../services/notification-lambda/mail.ts';
import { arrange, invocation, mailerAt, mailsFor, none, orderEvent, plenty } from '../notification-lambda/arrange.ts';

type Mutant = {
  readonly spoil?: (deliveries: Deliveries) => Deliveries;
  readonly answer?: (answer: KafkaBatchResponse) => KafkaBatchResponse;
};

const mutants: Readonly<Record<string, Mutant>> = {
  'no dedupe': {
    spoil: (deliveries) => ({ ...deliveries, claim: async () => ({ kind: 'claimed', doubt: false }) }),
  },
  'recorded as sent before it is sent': {
    spoil: (deliveries) => ({
      ...deliveries,
      async claim(delivery, claim) {
        const outcome = await deliveries.claim(delivery, claim);
        if (outcome.kind === 'claimed') await deliveries.sent(delivery, claim, 'soon');
        return outcome;
      },
      release: async () => {},
    }),
  },
  'acknowledged before the effect': { answer: () => none },
  'doubt that is not counted': {
    spoil: (deliveries) => ({
      ...deliveries,
      release: (delivery, claim) => deliveries.release(delivery, claim, false),
    }),
  },
};

/** A mailbox that is now and then away, and now and then accepts without saying so; the same for the same seed. */
function unreliable(seed: number): Mailer {
  const real = mailerAt(inject('sesEndpoint'));
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    async send(...mail) {
      const luck = random();
      if (luck < 0.25) return { kind: 'unavailable', uncertain: false, reason: 'away' };
      const outcome = await real.send(...mail);
      return luck < 0.5 ? { kind: 'unavailable', uncertain: true, reason: 'no answer' } : outcome;
    },
  };
}

/** Delivers 12 events until all are acknowledged, then all of them again: mails lost, and extra ones that nobody counted. */
async function check({ spoil, answer = (same) => same }: Mutant): Promise<{ lost: number; uncounted: number }> {
  const platform = await arrange({ mailer: unreliable(7), ...(spoil ? { spoil } : {}) });
  const events = Array.from({ length: 12 }, () => orderEvent());
  for (const event of events) await platform.contact(event);
  const batch = invocation(events);
  for (const run of [platform.start(), platform.start()])
    for (let round = 0; round < 100; round += 1)
      if (answer(await run(batch, plenty)).batchItemFailures.length === 0) break;
  const mails = await mailsFor(events);
  const each = await Promise.all(
    events.map(async (event) => ({
      mails: mails.get(event.id)?.length ?? 0,
      counted: Number((await platform.delivery(event))?.possible_extra_mails ?? 0),
    })),
  );
  return {
    lost: each.filter(({ mails }) => mails === 0).length,
    uncounted: each.reduce((sum, { mails, counted }) => sum + Math.max(0, mails - 1 - counted), 0),
  };
}

test('the check finds nothing in the real function', async () => {
  expect(await check({})).toEqual({ lost: 0, uncounted: 0 });
});

for (const [name, mutant] of Object.entries(mutants))
  test(`the check catches a planted bug: ${name}`, async () => {
    const { lost, uncounted } = await check(mutant);
    expect(lost + uncounted).toBeGreaterThan(0);
  });
