/** Every name that more than one place spells. A table `satisfies Record<ServiceName, …>` cannot forget one. */

export const serviceNames = [
  'api-gateway',
  'user-service',
  'product-service',
  'order-service',
  'payment-service',
] as const;
export type ServiceName = (typeof serviceNames)[number];

export const functionNames = ['notification-lambda'] as const;
export type FunctionName = (typeof functionNames)[number];

/** Streaming jobs on the other cloud. */
export const jobNames = ['orders-analytics'] as const;
export type JobName = (typeof jobNames)[number];

/** Anything of ours that runs beside its stores, as a pod or a function. */
export type WorkloadName = ServiceName | FunctionName;

export const postgresNames = ['user-database', 'product-database'] as const;
export type PostgresName = (typeof postgresNames)[number];

export const dynamoNames = [
  'ecommerce-orders',
  'ecommerce-payments',
  'ecommerce-carts',
  'ecommerce-sessions',
  'ecommerce-contacts',
  'ecommerce-notifications',
] as const;
export type DynamoName = (typeof dynamoNames)[number];

export type StoreName = PostgresName | DynamoName;

export const topicNames = ['orders.v1', 'orders.v1.dlq', 'analytics.heartbeat.v1'] as const;
export type TopicName = (typeof topicNames)[number];

export const secretNames = ['access-token-keys', 'refresh-token-key', 'payment-provider-key'] as const;
export type SecretName = (typeof secretNames)[number];

/** What we call but do not run ourselves in the cloud. */
export const externalNames = ['kafka', 'payment-provider', 'email', 'token-issuer'] as const;
export type ExternalName = (typeof externalNames)[number];
