import { z } from 'zod';
import { processEnvironment } from '../kit/environment.ts';

/** The environment of the service process. */
export const environmentSchema = z.object({
  ...processEnvironment,
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  USER_SERVICE_URL: z.url(),
  SERVICE_JWKS_URL: z.url(),
  /** Pause between two looks for holds that ran out, in milliseconds. */
  SWEEP_INTERVAL_MS: z.coerce.number().int().min(10).default(1_000),
});

/** What the command-line entries read: migrating may need another login than serving. */
export const databaseEnvironmentSchema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  MIGRATION_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
});
