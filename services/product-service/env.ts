import { z } from 'zod';
import { databaseEnvironment, migrationEnvironment, processEnvironment } from '../kit/environment.ts';

/** The environment of the service process. */
export const environmentSchema = z.object({
  ...processEnvironment,
  ...databaseEnvironment,
  USER_SERVICE_URL: z.url(),
  SERVICE_JWKS_URL: z.url(),
  /** Pause between two looks for holds that ran out, in milliseconds. */
  SWEEP_INTERVAL_MS: z.coerce.number().int().min(10).default(1_000),
});

/** What the command-line entries read: migrating may need another login than serving. */
export const databaseEnvironmentSchema = z.object({ ...databaseEnvironment, ...migrationEnvironment });
