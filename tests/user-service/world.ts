import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import postgres from 'postgres';
import { systemClock } from '../../services/kit/clock.ts';
import type { Dynamo } from '../../services/kit/dynamo.ts';
import { createHealth } from '../../services/kit/health.ts';
import { createLog } from '../../services/kit/log.ts';
import { createMetrics } from '../../services/kit/metrics.ts';
import { migrate } from '../../services/kit/migrations.ts';
import { createDatabase as createPool } from '../../services/kit/postgres.ts';
import { createServiceTokenVerifier, serviceSubject } from '../../services/kit/service-token.ts';
import { createUserTokenVerifier } from '../../services/kit/user-token.ts';
import type { ServiceName } from '../../services/platform/names.ts';
import { createAccessTokens } from '../../services/user-service/access-token.ts';
import { createApp } from '../../services/user-service/app.ts';
import { createOutboxStore } from '../../services/user-service/outbox.postgres.ts';
import { createOutbox } from '../../services/user-service/outbox.ts';
import { createPasswords } from '../../services/user-service/passwords.ts';
import { createProjections } from '../../services/user-service/projections.dynamo.ts';
import { createSessionStore } from '../../services/user-service/session-store.postgres.ts';
import { createUserStore } from '../../services/user-service/store.postgres.ts';
import { contactsTable, sessionsTable } from '../../services/user-service/table.ts';
import { createDynamoClient, createTables } from '../harness/dynamodb.ts';
import { createDatabase } from '../harness/postgres.ts';
import { newSigningKey } from './signing-keys.ts';

export const password = 'correct horse battery staple';

const migrations = join(import.meta.dirname, '../../services/user-service/migrations');

/** An empty, migrated database: its owner's URL, and the URL of a role that may only read and write rows. */
export async function migratedDatabase(): Promise<{ readonly ownerUrl: string; readonly url: string }> {
  const ownerUrl = await createDatabase('users');
  const owner = postgres(ownerUrl, { max: 1, onnotice: () => {} });
  const role = `user_service_${randomBytes(4).toString('hex')}`;
  try {
    await migrate(owner, migrations);
    await owner.unsafe(`CREATE ROLE ${role} LOGIN PASSWORD '${role}'`);
    await owner.unsafe(`GRANT SELECT, INSERT, UPDATE, DELETE ON users, sessions, refresh_tokens, outbox TO ${role}`);
  } finally {
    await owner.end();
  }
  const url = new URL(ownerUrl);
  url.username = role;
  url.password = role;
  return { ownerUrl, url: url.href };
}

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed, of any shape: a test looks at whatever came back. */
  readonly body: ReturnType<typeof JSON.parse>;
};

export type Sent = {
  readonly body?: unknown;
  readonly token?: string;
  readonly headers?: Record<string, string>;
};

/** user-service in this process, on the real engines; `dynamo` may be replaced to have it unreachable. */
export async function userWorld(options: { readonly dynamo?: Dynamo } = {}) {
  const { ownerUrl, url } = await migratedDatabase();
  const owner = postgres(ownerUrl, { max: 2, onnotice: () => {} });
  const tables = await createTables([sessionsTable, contactsTable], 'users');
  const table = { sessions: tables['ecommerce-sessions'], contacts: tables['ecommerce-contacts'] };
  const dynamo = createDynamoClient();
  const database = createPool({ url, max: 6, name: 'user-service' });
  const log = createLog('user-service', 'fatal');
  const users = createUserStore(database);
  const sessions = createSessionStore(database);
  const signingKey = await newSigningKey('key-1');
  const tokens = await createAccessTokens({ active: 'key-1', keys: [signingKey] });
  const outboxStore = createOutboxStore(database);
  const outboxOn = (client: Dynamo) =>
    createOutbox({
      outbox: outboxStore,
      users,
      projections: createProjections(client, table),
      clock: systemClock,
      log,
    });
  const outbox = outboxOn(options.dynamo ?? dynamo);

  const cluster = await generateKeyPair('ES256');
  const clusterKeys = createLocalJWKSet({ keys: [{ ...(await exportJWK(cluster.publicKey)), kid: 'cluster' }] });
  const passwords = await createPasswords();
  const deps = { users, sessions, tokens, outbox, passwords, refreshTokenKey: randomBytes(32) };
  const app = createApp({
    deps,
    verifiers: {
      users: createUserTokenVerifier(tokens.keySet),
      services: createServiceTokenVerifier(clusterKeys, 'user-service'),
    },
    health: createHealth(),
    log,
    metrics: createMetrics('user-service'),
  });

  async function call(method: string, path: string, sent: Sent = {}): Promise<Answer> {
    const response = await app.request(path, {
      method,
      headers: {
        ...(sent.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(sent.token ? { authorization: `Bearer ${sent.token}` } : {}),
        ...sent.headers,
      },
      ...(sent.body === undefined ? {} : { body: JSON.stringify(sent.body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  }

  let people = 0;
  const world = {
    owner,
    deps,
    app,
    call,
    table,
    signingKey,
    /** Registers somebody new and answers what `POST /users` did, and the address that was used. */
    async register(more: Record<string, unknown> = {}) {
      people += 1;
      const body = { name: 'Asha Rao', email: `asha.${people}@example.org`, password, ...more };
      const answer = await call('POST', '/users', { body });
      return { ...answer, email: body.email };
    },
    /** Signs in and answers the grant. */
    async login(email: string, more: Record<string, unknown> = {}) {
      const answer = await call('POST', '/auth/login', { body: { email, password, ...more } });
      if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}`);
      return answer.body as { access_token: string; refresh_token: string; session_id: string };
    },
    refresh: (token: string) => call('POST', '/auth/refresh', { body: { refresh_token: token } }),
    serviceToken: (service: ServiceName, audience: ServiceName = 'user-service') =>
      new SignJWT({})
        .setProtectedHeader({ alg: 'ES256', kid: 'cluster' })
        .setSubject(serviceSubject(service))
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime('10m')
        .sign(cluster.privateKey),
    async marker(sessionId: string) {
      const key = { pk: `SID#${sessionId}`, sk: 'META' };
      return (await dynamo.send(new GetCommand({ TableName: table.sessions, Key: key, ConsistentRead: true }))).Item;
    },
    async contact(userId: string) {
      const key = { pk: `USER#${userId}`, sk: 'META' };
      return (await dynamo.send(new GetCommand({ TableName: table.contacts, Key: key, ConsistentRead: true }))).Item;
    },
    /** One turn of the outbox loop with DynamoDB reachable, as if everything left were due. */
    async redrive() {
      await owner`UPDATE outbox SET due_at = clock_timestamp()`;
      await outboxOn(dynamo).turn(new AbortController().signal);
    },
    outboxOn,
    outboxStore,
    projections: createProjections(dynamo, table),
    async close() {
      await Promise.all([database.close(), owner.end()]);
      dynamo.destroy();
    },
  };
  return world;
}

export type UserWorld = Awaited<ReturnType<typeof userWorld>>;
