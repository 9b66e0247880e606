import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type PostgresName, postgresNames, type SecretName, secretNames } from '../../services/platform/names.ts';
import { readOrCreate } from './private-file.ts';

/** The values that a cluster would take from a secret store, made at the first start. */
export type LocalSecrets = {
  readonly values: Readonly<Record<SecretName, string>>;
  /** Passwords of the logins that own the databases. */
  readonly databasePasswords: Readonly<Record<PostgresName, string>>;
};

const random = () => randomBytes(32).toString('base64url');

const makers = {
  'access-token-keys': () => {
    const kid = randomBytes(8).toString('hex');
    const key = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
    return JSON.stringify({ active: kid, keys: [{ ...key, kid, alg: 'EdDSA', use: 'sig' }] });
  },
  'refresh-token-key': () => randomBytes(32).toString('base64'),
  'payment-provider-key': random,
} as const satisfies Record<SecretName, () => string>;

/** Reads the secrets of a data directory, making the missing ones; every file has mode 0600. */
export function localSecrets(dataDir: string): LocalSecrets {
  const file = (name: string) => join(dataDir, 'secrets', name);
  const collect = <Name extends string>(names: readonly Name[], read: (name: Name) => string) =>
    Object.fromEntries(names.map((name) => [name, read(name)])) as Record<Name, string>;
  return {
    values: collect(secretNames, (name) => readOrCreate(file(name), makers[name])),
    databasePasswords: collect(postgresNames, (name) => readOrCreate(file(name), random)),
  };
}

export type Account = { readonly email: string; readonly password: string };
/** The two people that the local platform knows from its first start. */
export type Credentials = { readonly admin: Account; readonly demo: Account };

/** Reads `credentials.json` of a data directory (mode 0600), making passwords at the first start. */
export function localCredentials(dataDir: string): Credentials {
  const password = () => randomBytes(15).toString('base64url');
  const text = readOrCreate(join(dataDir, 'credentials.json'), () =>
    JSON.stringify(
      {
        admin: { email: 'admin@example.com', password: password() },
        demo: { email: 'demo@example.com', password: password() },
      } satisfies Credentials,
      undefined,
      2,
    ),
  );
  return JSON.parse(text) as Credentials;
}
