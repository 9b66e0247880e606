import { z } from 'zod';
import { processEnvironment } from '../kit/environment.ts';

/** What the process reads from its environment; nothing that names a system has a default. */
export const environmentSchema = z.object({
  ...processEnvironment,
  PAYMENTS_TABLE: z.string().min(1),
  ORDER_SERVICE_URL: z.url(),
  USER_SERVICE_URL: z.url(),
  PAYMENT_PROVIDER_URL: z.url(),
  PAYMENT_PROVIDER_KEY: z.string().min(1),
  SERVICE_JWKS_URL: z.url(),
});
