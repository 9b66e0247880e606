import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../services/kit/ids.ts';
import { hashRefreshToken, newRefreshToken } from '../../services/user-service/refresh-token.ts';
import { type UserWorld, userWorld } from './world.ts';

let world: UserWorld;
beforeAll(async () => {
  world = await userWorld();
});
afterAll(() => world.close());

/** Pretends that the last use of every token of a session was this long ago. */
async function age(sessionId: string, seconds: number): Promise<void> {
  await world.owner`
    UPDATE refresh_tokens SET used_at = used_at - make_interval(secs => ${seconds})
    WHERE session_id = ${sessionId.slice(4)} AND used_at IS NOT NULL`;
}

const tokensOf = (sessionId: string) =>
  world.owner<{ generation: number; used: boolean }[]>`
    SELECT generation, used_at IS NOT NULL AS used FROM refresh_tokens
    WHERE session_id = ${sessionId.slice(4)} ORDER BY generation`;

test('a refresh token is exchanged for the next one, in the same session', async () => {
  const { email, body: user } = await world.register();
  const first = await world.login(email);
  const second = await world.refresh(first.refresh_token);
  expect(second.status).toBe(200);
  expect(second.headers.get('cache-control')).toBe('no-store');
  expect(second.body.session_id).toBe(first.session_id);
  expect(second.body.user).toEqual({ user_id: user.user_id, name: 'Asha Rao', roles: ['customer'] });
  expect(second.body.refresh_token).not.toBe(first.refresh_token);
  expect((await world.call('GET', '/users/me', { token: second.body.access_token })).status).toBe(200);
  expect((await world.refresh(second.body.refresh_token)).status).toBe(200);
});

test('200 refreshes sent twice at once: each pair gets one and the same successor, and nobody is signed out', async () => {
  const { body: user } = await world.register();
  const sessions: { refresh_token: string; session_id: string }[] = [];
  // Opened without signing in: 200 password hashes would be most of this test.
  for (let index = 0; index < 200; index += 1) {
    const one = { refresh_token: newRefreshToken(), session_id: newId('session') };
    await world.deps.sessions.open({
      sessionId: one.session_id,
      userId: user.user_id,
      tokenHash: hashRefreshToken(one.refresh_token),
      deviceLabel: null,
      network: null,
    });
    sessions.push(one);
  }
  const waiting = [...sessions];
  // Eight pairs at a time: the pool's queue refuses more.
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let one = waiting.pop(); one; one = waiting.pop()) {
        const [a, b] = await Promise.all([world.refresh(one.refresh_token), world.refresh(one.refresh_token)]);
        expect([a.status, b.status]).toEqual([200, 200]);
        expect(a.body.refresh_token).toBe(b.body.refresh_token);
        expect(await tokensOf(one.session_id)).toEqual([
          { generation: 1, used: true },
          { generation: 2, used: false },
        ]);
        expect((await world.refresh(a.body.refresh_token)).status).toBe(200);
      }
    }),
  );
  const [revoked] = await world.owner`SELECT count(*)::int AS n FROM sessions WHERE revoked_at IS NOT NULL`;
  expect(revoked?.n).toBe(0);
});

test('a lost answer is given again within 10 s, and after it the family is dead', async () => {
  const { email } = await world.register();
  const { refresh_token, session_id } = await world.login(email);
  const lost = await world.refresh(refresh_token);
  await age(session_id, 9);
  const again = await world.refresh(refresh_token);
  expect(again.body.refresh_token).toBe(lost.body.refresh_token);

  await age(session_id, 2);
  const late = await world.refresh(refresh_token);
  expect(late.status).toBe(401);
  expect(late.body.code).toBe('invalid_refresh_token');
  expect((await world.refresh(lost.body.refresh_token)).status).toBe(401);
  expect((await world.call('GET', '/users/me', { token: lost.body.access_token })).status).toBe(401);
  expect(await world.marker(session_id)).toMatchObject({ sk: 'META' });
  const [row] = await world.owner`SELECT revoked_reason FROM sessions WHERE session_id = ${session_id.slice(4)}`;
  expect(row?.revoked_reason).toBe('refresh_reuse');
});

test('a stolen token from many generations ago ends this session within a second, and no other', async () => {
  const { email } = await world.register();
  const other = await world.login(email);
  const first = await world.login(email);
  let latest = first.refresh_token;
  for (let index = 0; index < 5; index += 1) latest = (await world.refresh(latest)).body.refresh_token;
  await age(first.session_id, 60);
  const started = performance.now();
  expect((await world.refresh(first.refresh_token)).status).toBe(401);
  expect((await world.refresh(latest)).status).toBe(401);
  expect(performance.now() - started).toBeLessThan(1_000);
  expect((await world.refresh(other.refresh_token)).status).toBe(200);
});

test.each([
  ['idle for 14 days', 'idle_expires_at = clock_timestamp()'],
  ['30 days old', 'idle_expires_at = clock_timestamp(), absolute_expires_at = clock_timestamp()'],
])('a session %s grants nothing more', async (_, expired) => {
  const { email } = await world.register();
  const { refresh_token, session_id } = await world.login(email);
  await world.owner.unsafe(`UPDATE sessions SET ${expired} WHERE session_id = '${session_id.slice(4)}'`);
  expect((await world.refresh(refresh_token)).status).toBe(401);
});

test('using a session moves its idle end by 14 days, but never past its absolute end', async () => {
  const { email } = await world.register();
  const { refresh_token, session_id } = await world.login(email);
  const days = async () => {
    const [row] = await world.owner`
      SELECT extract(epoch FROM idle_expires_at - clock_timestamp()) / 86400 AS idle,
        extract(epoch FROM absolute_expires_at - clock_timestamp()) / 86400 AS absolute
      FROM sessions WHERE session_id = ${session_id.slice(4)}`;
    return [Number(row?.idle), Number(row?.absolute)];
  };
  expect((await days())[0]).toBeCloseTo(14, 2);
  expect((await days())[1]).toBeCloseTo(30, 2);
  await world.owner`
    UPDATE sessions SET idle_expires_at = clock_timestamp() + '1 day', absolute_expires_at = clock_timestamp() + '20 days'
    WHERE session_id = ${session_id.slice(4)}`;
  const next = await world.refresh(refresh_token);
  expect((await days())[0]).toBeCloseTo(14, 2);
  await world.owner`
    UPDATE sessions SET idle_expires_at = clock_timestamp() + '1 day', absolute_expires_at = clock_timestamp() + '2 days'
    WHERE session_id = ${session_id.slice(4)}`;
  await world.refresh(next.body.refresh_token);
  expect((await days())[0]).toBeCloseTo(2, 2);
});

test('successors are stored encrypted, and only while they may be asked for again', async () => {
  const { email } = await world.register();
  const { refresh_token, session_id } = await world.login(email);
  const next = await world.refresh(refresh_token);
  const sealed = async () =>
    (
      await world.owner`SELECT successor FROM refresh_tokens WHERE session_id = ${session_id.slice(4)} AND generation = 1`
    )[0]?.successor;
  const stored: Buffer = await sealed();
  expect(stored.length).toBe(12 + 43 + 16);
  expect(stored.includes(next.body.refresh_token)).toBe(false);
  expect(stored.includes(Buffer.from(next.body.refresh_token, 'base64url'))).toBe(false);
  await world.deps.sessions.tidy();
  expect(await sealed()).not.toBeNull();
  await age(session_id, 11);
  await world.deps.sessions.tidy();
  expect(await sealed()).toBeNull();
});

test('tidying forgets sessions past their end and tokens used 14 days ago, and nothing else', async () => {
  const { email } = await world.register();
  const over = await world.login(email);
  const alive = await world.login(email);
  await world.refresh(alive.refresh_token);
  await age(alive.session_id, 15 * 86_400);
  await world.owner`
    UPDATE sessions SET idle_expires_at = clock_timestamp(), absolute_expires_at = clock_timestamp()
    WHERE session_id = ${over.session_id.slice(4)}`;
  await world.deps.sessions.tidy();
  expect(await tokensOf(over.session_id)).toEqual([]);
  expect(await tokensOf(alive.session_id)).toEqual([{ generation: 2, used: false }]);
});

test.each(['', 'x', 'A'.repeat(43), "' OR 1=1 --", '\u0000'])('the refresh token %j grants nothing', async (token) => {
  expect([401, 422]).toContain((await world.refresh(token)).status);
});
