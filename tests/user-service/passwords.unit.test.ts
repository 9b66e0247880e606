import { expect, test } from 'vitest';
import { Unavailable } from '../../services/kit/unavailable.ts';
import { createPasswords } from '../../services/user-service/passwords.ts';

test('a password verifies against its hash, another or an unknown user’s does not', async () => {
  const passwords = await createPasswords();
  const hash = await passwords.hash('correct horse battery staple');
  expect(await passwords.verify(hash, 'correct horse battery staple')).toBe(true);
  expect(await passwords.verify(hash, 'correct horse battery stapl')).toBe(false);
  expect(await passwords.verify(undefined, 'correct horse battery staple')).toBe(false);
});

test('two hashes of one password differ', async () => {
  const passwords = await createPasswords();
  expect(await passwords.hash('the same')).not.toBe(await passwords.hash('the same'));
});

test('only so many wait; the rest is told to come back, and places become free again', async () => {
  const passwords = await createPasswords(1, 3);
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => passwords.hash('a flood of sign-ins')));
  const refused = outcomes.filter((one) => one.status === 'rejected');
  expect(outcomes.length - refused.length).toBe(4);
  expect(refused.every((one) => one.reason instanceof Unavailable)).toBe(true);
  expect(await passwords.hash('afterwards')).toMatch(/^\$argon2id\$/);
});

test('hashing does not stop the process from doing other things', async () => {
  const passwords = await createPasswords(2, 64);
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  await Promise.all(Array.from({ length: 20 }, () => passwords.hash('busy')));
  clearInterval(timer);
  // One hash on this thread would be 20 ms and 20 of them 400 ms; other programs run here too.
  expect(longest).toBeLessThan(150);
});
