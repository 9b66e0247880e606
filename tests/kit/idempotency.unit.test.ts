import { randomInt } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  fingerprintOf,
  idempotencyKeyOf,
  idempotencyRecordId,
  judgeKey,
  keyReused,
  keyRunning,
} from '../../services/kit/idempotency.ts';
import { statusOf } from '../../services/kit/problem.ts';

const key = '0123456789abcdef';

test('a key is 16 to 255 visible ASCII characters, bare or quoted', () => {
  expect(idempotencyKeyOf(key)).toBe(key);
  expect(idempotencyKeyOf(`"${key}"`)).toBe(key);
  expect(idempotencyKeyOf('x'.repeat(255))).toBe('x'.repeat(255));
  for (const missing of [undefined, ''])
    expect(idempotencyKeyOf(missing)).toMatchObject({ code: 'idempotency_key_missing' });
  for (const wrong of [
    'x'.repeat(15),
    'x'.repeat(256),
    `${key} ${key}`,
    `${key}é`,
    `${key}\t`,
    `"${'x'.repeat(15)}"`,
    '""',
  ])
    expect(idempotencyKeyOf(wrong)).toMatchObject({ code: 'idempotency_key_invalid' });
});

test('a fingerprint is the same for the same JSON however its members are ordered, and another for any other', () => {
  const body = { b: [1, { y: null, x: 'z' }], a: 1 };
  const same = { a: 1, b: [1, { x: 'z', y: null }] };
  expect(fingerprintOf('POST', '/orders', same)).toBe(fingerprintOf('POST', '/orders', body));
  const others = [
    { a: 1 },
    { ...body, a: '1' },
    { ...body, b: [{ x: 'z', y: null }, 1] },
    { ...body, c: false },
    [body],
    null,
  ];
  for (const other of others)
    expect(fingerprintOf('POST', '/orders', other)).not.toBe(fingerprintOf('POST', '/orders', body));
  expect(fingerprintOf('PUT', '/orders', body)).not.toBe(fingerprintOf('POST', '/orders', body));
  expect(fingerprintOf('POST', '/payments', body)).not.toBe(fingerprintOf('POST', '/orders', body));
});

test('two JSON values have one fingerprint exactly when they are equal', () => {
  const reordered = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reordered);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([name, inner]) => [name, reordered(inner)]),
    );
  };
  const seed = randomInt(2 ** 31);
  process.stdout.write(`fingerprints: seed ${seed}\n`);
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const [one, again, other] = [a, reordered(a), b].map((value) => fingerprintOf('POST', '/', value));
      expect(again).toBe(one);
      expect(other === one).toBe(isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b))));
    }),
    { numRuns: 5_000, seed },
  );
  expect(fingerprintOf('POST', '/', { a: 1 })).not.toBe(fingerprintOf('POST', '/', [['a', 1]]));
});

test('a record belongs to one user, one route and one key, and no parts can be shifted between them', () => {
  const ids = [
    idempotencyRecordId('usr_1', '/orders', key),
    idempotencyRecordId('usr_2', '/orders', key),
    idempotencyRecordId('usr_1', '/payments', key),
    idempotencyRecordId('usr_1', '/orders', `${key}0`),
    idempotencyRecordId('usr_1/orders', '', key),
    idempotencyRecordId('usr_1', '/orders"', key),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});

test('a record decides: unused, reused, running, or the stored answer', () => {
  const record = { fingerprint: 'f', state: 'running', resource_id: 'ord_1', expires_at: 100 } as const;
  const done = { ...record, state: 'done', status: 201, body: '{"a":1}' } as const;
  expect(judgeKey(undefined, 'f', 0)).toEqual({ kind: 'unused' });
  expect(judgeKey(record, 'f', 99_999)).toEqual({ kind: 'running', resourceId: 'ord_1' });
  expect(judgeKey(record, 'g', 99_999)).toEqual({ kind: 'reused' });
  expect(judgeKey(done, 'f', 99_999)).toEqual({ kind: 'replay', status: 201, body: '{"a":1}' });
  expect(judgeKey(done, 'g', 99_999)).toEqual({ kind: 'reused' });
});

test('an expired record counts as none, even while the table still has it', () => {
  const done = { fingerprint: 'f', state: 'done', resource_id: 'o', status: 201, body: '{}', expires_at: 100 } as const;
  expect(judgeKey(done, 'f', 100_000)).toEqual({ kind: 'unused' });
  expect(judgeKey(done, 'g', 100_000)).toEqual({ kind: 'unused' });
});

test('a reused key is a 422 and a running one a 409 that says when to come back', () => {
  expect(statusOf(keyReused().code)).toBe(422);
  expect([statusOf(keyRunning().code), keyRunning().headers]).toEqual([409, { 'retry-after': '1' }]);
});
