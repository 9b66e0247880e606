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
