import postgres, { type Sql } from 'postgres';
import { newId, uuidOf } from '../kit/ids.ts';
import type { Role } from '../kit/user-token.ts';
import { stageContact } from './outbox.postgres.ts';
import { createPasswords, type Passwords } from './passwords.ts';
import { normalizePassword } from './user.ts';

type Account = {
  readonly email: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly password: string;
};

/** Makes an account, or gives the one that is there this password; running service replicas deliver its contact. */
async function seed(sql: Sql, passwords: Passwords, account: Account): Promise<void> {
  const password = normalizePassword(account.password);
  const [known] = await sql<{ password_hash: string }[]>`
    SELECT password_hash FROM users WHERE email = ${account.email}`;
  if (known && (await passwords.verify(known.password_hash, password))) return;
  const passwordHash = await passwords.hash(password);
  await sql.begin(async (tx) => {
    const [row] = await tx<[{ user_id: string }]>`
      INSERT INTO users (user_id, email, name, password_hash, roles)
      VALUES (${uuidOf('user', newId('user')) ?? ''}, ${account.email}, ${account.name}, ${passwordHash}, ${[...account.roles]})
      ON CONFLICT (email) DO UPDATE SET password_hash = excluded.password_hash, updated_at = clock_timestamp()
      RETURNING user_id`;
    await stageContact(tx, row.user_id);
  });
}

const { DATABASE_URL, SEED_ADMIN_PASSWORD, SEED_DEMO_PASSWORD } = process.env;
if (!DATABASE_URL || !SEED_ADMIN_PASSWORD || !SEED_DEMO_PASSWORD) {
  process.stderr.write('Set DATABASE_URL, SEED_ADMIN_PASSWORD and SEED_DEMO_PASSWORD.\n');
  process.exit(1);
}
const sql = postgres(DATABASE_URL, { max: 1, onnotice: () => {} });
try {
  const passwords = await createPasswords();
  const accounts: readonly Account[] = [
    {
      email: 'admin@example.com',
      name: 'Administrator',
      roles: ['customer', 'admin'],
      password: SEED_ADMIN_PASSWORD,
    },
    { email: 'demo@example.com', name: 'Demo Customer', roles: ['customer'], password: SEED_DEMO_PASSWORD },
  ];
  for (const account of accounts) await seed(sql, passwords, account);
} finally {
  await sql.end();
}
