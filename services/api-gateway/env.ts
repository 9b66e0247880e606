import { z } from 'zod';
import { processEnvironment } from '../kit/environment.ts';

/** The environment of api-gateway; names of systems have no default. */
export const environmentSchema = z.object({
  ...processEnvironment,
  USER_SERVICE_URL: z.url(),
  PRODUCT_SERVICE_URL: z.url(),
  ORDER_SERVICE_URL: z.url(),
  PAYMENT_SERVICE_URL: z.url(),
  SESSIONS_TABLE: z.string().min(1),
  /** How many proxies of ours stand before the gateway (1 behind a load balancer): whose X-Forwarded-For is believed. */
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(5).default(0),
});
