import { z } from 'zod';
import { databaseEnvironment, migrationEnvironment, processEnvironment } from '../kit/environment.ts';

const privateKey = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  kid: z.string().min(1),
  x: z.string().min(1),
  d: z.string().min(1),
});

const accessTokenKeys = z
  .object({ active: z.string().min(1), keys: z.array(privateKey).min(1) })
  .refine(({ active, keys }) => keys.some((key) => key.kid === active), 'no key has the id that "active" names')
  .refine(({ keys }) => new Set(keys.map((key) => key.kid)).size === keys.length, 'two keys share an id');

/** `{ "active": kid, "keys": [private JWK, …] }`: all public parts are served, the active key signs. */
export type AccessTokenKeys = z.infer<typeof accessTokenKeys>;

function parseJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue('must be JSON');
    return z.NEVER;
  }
}

/** The environment of user-service. */
export const userEnvironment = z.object({
  ...processEnvironment,
  ...databaseEnvironment,
  SESSIONS_TABLE: z.string().min(1),
  CONTACTS_TABLE: z.string().min(1),
  ACCESS_TOKEN_KEYS: z.string().transform(parseJson).pipe(accessTokenKeys),
  /** 32 bytes in base64: seals the successor of a refresh token for the 10 s in which it may be asked for again. */
  REFRESH_TOKEN_KEY: z
    .base64()
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((key) => key.length === 32, 'must be 32 bytes in base64'),
  SERVICE_JWKS_URL: z.url(),
});

/** The environment of its migration job. */
export const migrationEnvironmentSchema = z.object({ ...databaseEnvironment, ...migrationEnvironment });
