import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createAdmission } from '../../services/api-gateway/admission.ts';
import { createSessions } from '../../services/api-gateway/sessions.ts';
import { type Clock, systemClock } from '../../services/kit/clock.ts';
import { createDynamo, type Dynamo } from '../../services/kit/dynamo.ts';
import { Unavailable } from '../../services/kit/unavailable.ts';
import { sessionsTable } from '../../services/user-service/table.ts';
import { createTables } from '../harness/dynamodb.ts';
import { startGateway } from './start-gateway.ts';
import { accessToken, verifierOfTests } from './tokens.ts';
import { startUpstream } from './upstream.ts';

let dynamo: Dynamo;
let table: string;

beforeAll(async () => {
  process.env.AWS_ENDPOINT_URL_DYNAMODB = inject('dynamodbEndpoint');
  dynamo = createDynamo();
  table = (await createTables([sessionsTable], 'gateway'))['ecommerce-sessions'];
});
afterAll(() => dynamo.destroy());

const signOut = (sessionId: string, expiresAt = Math.floor(Date.now() / 1000) + 305) =>
  dynamo.send(
    new PutCommand({
      TableName: table,
      Item: { pk: `SID#${sessionId}`, sk: 'META', revoked_at: new Date().toISOString(), expires_at: expiresAt },
    }),
  );

/** A clock that stands still until it is moved. */
function movableClock(): Clock & { move(ms: number): void } {
  let moved = 0;
  const start = { wall: Date.now(), monotonic: performance.now() };
  return {
    now: () => start.wall + moved,
    monotonic: () => start.monotonic + moved,
    move(ms) {
      moved += ms;
    },
  };
}

const newSession = () => `ses_${crypto.randomUUID()}`;

describe('session markers', () => {
  test('a session without a marker is alive, one with a marker is not', async () => {
    const sessions = createSessions(dynamo, table, systemClock);
    const [alive, gone] = [newSession(), newSession()];
    await signOut(gone);
    expect(await sessions.isRevoked(alive)).toBe(false);
    expect(await sessions.isRevoked(gone)).toBe(true);
  });

  test('"alive" is believed for less than five seconds, "signed out" as long as the marker counts', async () => {
    const clock = movableClock();
    const sessions = createSessions(dynamo, table, clock);
    const session = newSession();
    expect(await sessions.isRevoked(session)).toBe(false);
    await signOut(session);
    clock.move(4_900);
    expect(await sessions.isRevoked(session)).toBe(false);
    clock.move(100);
    expect(await sessions.isRevoked(session)).toBe(true);
    clock.move(290_000);
    expect(await sessions.isRevoked(session)).toBe(true);
    clock.move(20_000);
    expect(await sessions.isRevoked(session)).toBe(false);
  });

  test('a marker past its expires_at counts for nothing, though the table still holds it', async () => {
    const session = newSession();
    await signOut(session, Math.floor(Date.now() / 1000) - 1);
    expect(await createSessions(dynamo, table, systemClock).isRevoked(session)).toBe(false);
  });

  test('a table that cannot be asked is Unavailable within 1.5 s and never "alive"', async () => {
    const blackHole = await startUpstream(() => {});
    for (const endpoint of ['http://127.0.0.1:9', blackHole.url]) {
      process.env.AWS_ENDPOINT_URL_DYNAMODB = endpoint;
      const unreachable = createDynamo();
      const started = performance.now();
      await expect(createSessions(unreachable, table, systemClock).isRevoked(newSession())).rejects.toThrow(
        Unavailable,
      );
      expect(performance.now() - started).toBeLessThan(1_500);
      unreachable.destroy();
    }
    process.env.AWS_ENDPOINT_URL_DYNAMODB = inject('dynamodbEndpoint');
    await blackHole.close();
  });
});

describe('through the gateway', () => {
  const status = async (url: string, path: string, token: string) =>
    (await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } })).status;

  test('a signed-out session is 401 within five seconds, everywhere', async () => {
    const upstream = await startUpstream((_, outgoing) => outgoing.end('{}'));
    const admission = createAdmission(verifierOfTests(), createSessions(dynamo, table, systemClock));
    const gateway = await startGateway({ services: upstream.url, admission });
    const session = newSession();
    const token = await accessToken(session);
    expect(await status(gateway.url, '/users/me', token)).toBe(200);
    await signOut(session);
    const started = performance.now();
    await expect.poll(() => status(gateway.url, '/users/me', token), { timeout: 6_000, interval: 100 }).toBe(401);
    expect(performance.now() - started).toBeLessThan(5_250);
    expect(await status(gateway.url, '/products', token)).toBe(401);
    await gateway.close();
    await upstream.close();
  });

  test('with the table gone, user routes are 503 with Retry-After and the catalogue goes on', async () => {
    process.env.AWS_ENDPOINT_URL_DYNAMODB = 'http://127.0.0.1:9';
    const unreachable = createDynamo();
    const upstream = await startUpstream((_, outgoing) => outgoing.end('{}'));
    const admission = createAdmission(verifierOfTests(), createSessions(unreachable, table, systemClock));
    const gateway = await startGateway({ services: upstream.url, admission });
    const token = await accessToken(newSession(), 'customer admin');
    const refused = await fetch(`${gateway.url}/api/v1/orders`, { headers: { authorization: `Bearer ${token}` } });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await status(gateway.url, '/products', token)).toBe(200);
    expect((await fetch(`${gateway.url}/api/v1/products`)).status).toBe(200);
    expect(upstream.seen.map((one) => one.url)).toEqual(['/products', '/products']);
    await gateway.close();
    await upstream.close();
    unreachable.destroy();
    process.env.AWS_ENDPOINT_URL_DYNAMODB = inject('dynamodbEndpoint');
  });
});
