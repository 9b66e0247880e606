import { z } from 'zod';
import { kafkaEnvironment, processEnvironment } from '../kit/environment.ts';

const name = z.string().min(1);

/** The environment of order-service; see `environment` in service.ts for where each value comes from. */
export const environmentSchema = z.object({
  ...processEnvironment,
  ...kafkaEnvironment,
  ORDERS_TABLE: name,
  CARTS_TABLE: name,
  NOTIFICATIONS_TABLE: name,
  ORDERS_TOPIC: name,
  USER_SERVICE_URL: z.url(),
  PRODUCT_SERVICE_URL: z.url(),
  PAYMENT_SERVICE_URL: z.url(),
  SERVICE_JWKS_URL: z.url(),
});

/** What the job reads that gives the analytics of the other cloud its rights on the brokers. */
export const grantEnvironmentSchema = z.object({
  ...kafkaEnvironment,
  /** Name of the user that the analytics signs in with. */
  ANALYTICS_USER: z.string().regex(/^[\w.-]+$/, 'must be the name of one user'),
});
