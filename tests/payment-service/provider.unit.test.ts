import { expect, test } from 'vitest';
import { Unavailable } from '../../services/kit/unavailable.ts';
import { retryInMs } from '../../services/payment-service/callbacks.ts';
import { type Operation, type Provider, settle } from '../../services/payment-service/provider.ts';

const request = {
  kind: 'capture',
  key: 'cap:pay_1',
  reference: 'auth_1',
  amount: { amount_minor: 100, currency: 'INR' },
} as const;
const done: Operation = { key: request.key, state: 'succeeded' };
const lost = new Unavailable('payment-provider', 'no answer in time');

/** A scripted provider (a double): answers in turn; an error stands for a lost answer. */
function scripted(finds: readonly (Operation | Error | undefined)[], performs: readonly (Operation | Error)[]) {
  const asked: string[] = [];
  const next = <T>(what: string, answers: readonly T[]) => {
    const answer = answers[asked.filter((one) => one === what).length];
    asked.push(what);
    if (answer instanceof Error) throw answer;
    return answer as Exclude<T, Error>;
  };
  const provider: Provider = {
    find: async () => next('find', finds),
    perform: async () => next('perform', performs) as Operation,
  };
  return { provider, asked };
}

test('what was never asked for is asked for at once', async () => {
  const { provider, asked } = scripted([], [done]);
  expect(await settle(provider, request, true)).toEqual(done);
  expect(asked).toEqual(['perform']);
});

test('what may have been asked for before is looked up, and not asked for twice', async () => {
  const { provider, asked } = scripted([done], []);
  expect(await settle(provider, request, false)).toEqual(done);
  expect(asked).toEqual(['find']);
});

test('"not found" is no answer: the same request goes out again', async () => {
  const { provider, asked } = scripted([undefined], [done]);
  expect(await settle(provider, request, false)).toEqual(done);
  expect(asked).toEqual(['find', 'perform']);
});

test('a lost answer is looked up once more, and without one nothing is decided', async () => {
  const found = scripted([done], [lost]);
  expect(await settle(found.provider, request, true)).toEqual(done);
  expect(found.asked).toEqual(['perform', 'find']);
  const unknown = scripted([undefined], [lost]);
  await expect(settle(unknown.provider, request, true)).rejects.toBe(lost);
  const down = scripted([lost], []);
  await expect(settle(down.provider, request, false)).rejects.toBe(lost);
});

test('what came to nothing is tried again within 10 s in the first hour, then every minute for ever', () => {
  for (let failures = 1; failures < 400; failures += 1) {
    expect(retryInMs(failures, 3_599_999)).toBeLessThanOrEqual(Math.min(10_000, 200 * 2 ** (failures - 1)));
    expect(retryInMs(failures, 3_600_000)).toBe(60_000);
  }
});
