import { expect, test } from 'vitest';
import { type IdKind, idOf, idPattern, newId, uuidOf } from '../../services/kit/ids.ts';

const kinds: readonly IdKind[] = ['user', 'product', 'order', 'payment', 'session', 'request'];

test('an id carries its kind and a UUID of version 7 that grows with time', async () => {
  for (const kind of kinds)
    expect(newId(kind)).toMatch(/^[a-z]{3}_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const ids = Array.from({ length: 1_000 }, () => newId('order'));
  expect(ids).toEqual([...ids].sort());
  expect(new Set(ids).size).toBe(1_000);
});

test('an id of one kind is not an id of another', () => {
  for (const kind of kinds)
    for (const other of kinds) expect(idPattern(other).test(newId(kind)), `${kind} as ${other}`).toBe(kind === other);
});

test('the UUID goes into a column and the id comes back', () => {
  const id = newId('product');
  expect(idOf('product', uuidOf('product', id) ?? '')).toBe(id);
});

test('what only looks like an id has no UUID', () => {
  const id = newId('order');
  for (const wrong of [
    '',
    id.slice(4),
    id.toUpperCase(),
    `${id} `,
    ` ${id}`,
    `${id}\n`,
    id.replaceAll('-', ''),
    `${id}0`,
  ])
    expect(uuidOf('order', wrong)).toBeUndefined();
});
