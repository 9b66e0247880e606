import type { RecordedCall } from '../harness/sdk-calls.ts';

/**
 * Every kind of call that the services and the function made of AWS (of DynamoDB where no other service is named) while all end-to-end tests ran, as the recorder wrote
 * them; least-privilege.e2e.test.ts compares it with each run.
 */
export const recordedCalls: readonly RecordedCall[] = [
  { service: 'api-gateway', action: 'GetItem', resource: 'ecommerce-sessions' },
  { service: 'notification-lambda', action: 'GetItem', resource: 'ecommerce-contacts' },
  { service: 'notification-lambda', action: 'GetItem', resource: 'ecommerce-notifications' },
  { service: 'notification-lambda', action: 'UpdateItem', resource: 'ecommerce-notifications' },
  { service: 'notification-lambda', action: 'ses:SendEmail', resource: 'email' },
  { service: 'order-service', action: 'DeleteItem', resource: 'ecommerce-orders' },
  { service: 'order-service', action: 'GetItem', resource: 'ecommerce-carts' },
  { service: 'order-service', action: 'GetItem', resource: 'ecommerce-orders' },
  { service: 'order-service', action: 'PutItem', resource: 'ecommerce-carts' },
  { service: 'order-service', action: 'PutItem', resource: 'ecommerce-orders' },
  { service: 'order-service', action: 'Query', resource: 'ecommerce-notifications' },
  { service: 'order-service', action: 'Query', resource: 'ecommerce-orders' },
  { service: 'order-service', action: 'Query', resource: 'ecommerce-orders/index/by_user' },
  { service: 'order-service', action: 'Query', resource: 'ecommerce-orders/index/work' },
  { service: 'order-service', action: 'UpdateItem', resource: 'ecommerce-orders' },
  { service: 'payment-service', action: 'DeleteItem', resource: 'ecommerce-payments' },
  { service: 'payment-service', action: 'GetItem', resource: 'ecommerce-payments' },
  { service: 'payment-service', action: 'PutItem', resource: 'ecommerce-payments' },
  { service: 'payment-service', action: 'Query', resource: 'ecommerce-payments' },
  { service: 'payment-service', action: 'Query', resource: 'ecommerce-payments/index/work' },
  { service: 'payment-service', action: 'UpdateItem', resource: 'ecommerce-payments' },
  { service: 'user-service', action: 'PutItem', resource: 'ecommerce-contacts' },
  { service: 'user-service', action: 'PutItem', resource: 'ecommerce-sessions' },
];
