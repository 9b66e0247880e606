import { systemClock } from '../kit/clock.ts';
import { databaseLogin } from '../kit/database-login.ts';
import { createDynamo } from '../kit/dynamo.ts';
import { readEnvironment } from '../kit/environment.ts';
import { startLoop } from '../kit/loop.ts';
import { createDatabase } from '../kit/postgres.ts';
import { serviceProcess } from '../kit/service.ts';
import { createAccessTokens } from './access-token.ts';
import { createApp } from './app.ts';
import { userEnvironment } from './env.ts';
import { userMetrics } from './metrics.ts';
import { createOutboxStore } from './outbox.postgres.ts';
import { createOutbox } from './outbox.ts';
import { createPasswords } from './passwords.ts';
import { createProjections } from './projections.dynamo.ts';
import { userService } from './service.ts';
import { createSessionStore } from './session-store.postgres.ts';
import { createUserStore } from './store.postgres.ts';

const environment = readEnvironment(userEnvironment, process.env);
const self = serviceProcess('user-service', environment);
const { log, metrics, health } = self;

const database = createDatabase({
  url: environment.DATABASE_URL,
  ...databaseLogin(environment),
  max: userService.stores[0].connections,
  name: 'user-service',
  // Every new buyer's first order asks for one short read: a crowd must find a queue, not a refusal.
  inFlight: 512,
});
const dynamo = createDynamo();
const users = createUserStore(database);
const sessions = createSessionStore(database);
const tokens = await createAccessTokens(environment.ACCESS_TOKEN_KEYS);
const outbox = createOutbox({
  outbox: userMetrics(metrics, database).counting(createOutboxStore(database)),
  users,
  projections: createProjections(dynamo, {
    sessions: environment.SESSIONS_TABLE,
    contacts: environment.CONTACTS_TABLE,
  }),
  clock: systemClock,
  log,
});

const loops = [
  startLoop({ name: 'outbox', everyMs: 1_000, turn: outbox.turn, log }),
  startLoop({ name: 'tidy', everyMs: 10_000, turn: sessions.tidy, log }),
];

const app = createApp({
  deps: {
    users,
    sessions,
    tokens,
    outbox,
    passwords: await createPasswords(),
    refreshTokenKey: environment.REFRESH_TOKEN_KEY,
  },
  verifiers: self.verifiers(tokens.keySet, environment.SERVICE_JWKS_URL),
  health,
  log,
  metrics,
});

await self.run({
  app,
  stopWork: async () => {
    await Promise.all(loops.map((loop) => loop.stop()));
  },
  closeResources: async () => {
    await database.close();
    dynamo.destroy();
  },
});
