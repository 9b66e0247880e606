import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type UserWorld, userWorld } from './world.ts';

let world: UserWorld;
let token: string;
beforeAll(async () => {
  world = await userWorld();
  token = (await world.login((await world.register()).email)).access_token;
});
afterAll(() => world.close());

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(
    '\u0000',
    '\ud800',
    '\u202egnp.exe',
    '😀',
    "'; DROP TABLE users; --",
    '../../etc/passwd',
    '%00',
    'a'.repeat(5_000),
    'me',
    'usr_00000000-0000-7000-8000-000000000000',
    'ses_ffffffff-ffff-ffff-ffff-ffffffffffff',
  ),
);
const value = fc.oneof(
  { arbitrary: nasty, weight: 4 },
  { arbitrary: fc.jsonValue({ maxDepth: 2 }), weight: 1 },
  { arbitrary: fc.constantFrom('asha@example.org', '+919876543210', 'Asha Rao', 'a long enough password'), weight: 3 },
);
const body = fc.oneof(
  fc.record(
    { name: value, email: value, phone: value, password: value, refresh_token: value, device_label: value },
    { requiredKeys: [] },
  ),
  fc.record({ name: value, email: fc.constant('asha@example.org'), password: fc.constant('a long enough password') }),
  fc.record({ email: fc.constant('asha@example.org'), password: value }),
  fc.record({ refresh_token: value }),
  fc.record({ name: value, phone: value }, { requiredKeys: [] }),
  fc.jsonValue(),
);
const headers = fc.record(
  {
    'x-forwarded-for': fc.string({ maxLength: 60 }),
    'x-request-id': fc.string({ maxLength: 80 }),
    traceparent: fc.string({ maxLength: 60 }),
    'x-deadline-ms': fc.string({ maxLength: 10 }),
  },
  { requiredKeys: [] },
);
const target = fc.oneof(
  fc.constantFrom(
    ['POST', '/users'],
    ['POST', '/auth/login'],
    ['POST', '/auth/refresh'],
    ['POST', '/auth/logout'],
    ['PATCH', '/users/me'],
  ),
  nasty.map((id) => ['GET', `/users/${encodeURIComponent(id.toWellFormed())}`]),
  nasty.map((id) => ['DELETE', `/users/me/sessions/${encodeURIComponent(id.toWellFormed())}`]),
);

const printable = (of: Record<string, string>) =>
  Object.fromEntries(Object.entries(of).map(([name, text]) => [name, text.replace(/[^\x20-\x7e]/g, '?')]));

test('1,000 malformed requests: never a 5xx, every refusal a problem document', async () => {
  const seed = Date.now() & 0x7fffffff;
  process.stdout.write(`fuzz seed ${seed}\n`);
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(target, body, headers, fc.boolean(), async ([method = '', path = ''], sent, more, signedIn) => {
      const answer = await world.call(method, path, {
        ...(method === 'GET' || method === 'DELETE' ? {} : { body: sent }),
        ...(signedIn && path !== '/auth/logout' ? { token } : {}),
        headers: printable(more),
      });
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      expect(answer.status).toBeLessThan(500);
      if (answer.status >= 400) {
        expect(answer.headers.get('content-type')).toBe('application/problem+json');
        expect(answer.body.code).toMatch(/^[a-z_]+$/);
      }
    }),
    { numRuns: 1_000, seed },
  );
  // Enough of them must get past the first check.
  for (const status of [200, 401, 404, 422]) expect(statuses.get(status) ?? 0, `${status}`).toBeGreaterThan(0);
});
