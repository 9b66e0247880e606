import { expect, test } from 'vitest';
import { awsEnvironment, type LocalAddresses, resolveBindings } from '../../bin/local/environment.ts';
import { endpoint, literal, secret, store, topic } from '../../services/platform/bindings.ts';
import { platform, workloads } from '../../services/platform/platform.ts';

const addresses: LocalAddresses = {
  endpoints: {
    'api-gateway': 'http://gateway',
    'user-service': 'http://user',
    'product-service': 'http://product',
    'order-service': 'http://order',
    'payment-service': 'http://payment',
    kafka: 'broker:9092',
    'payment-provider': 'http://provider',
    email: 'http://mail',
    'token-issuer': 'http://issuer/openid/v1/jwks',
  },
  databases: { 'user-database': 'postgres://user', 'product-database': 'postgres://product' },
  dynamodb: 'http://dynamodb',
  secrets: { 'access-token-keys': '{}', 'refresh-token-key': 'refresh', 'payment-provider-key': 'provider' },
};

test('each kind of binding becomes what a process can use', () => {
  const bindings = {
    A_SERVICE: endpoint('order-service'),
    BROKERS: endpoint('kafka'),
    DATABASE: store('user-database'),
    TABLE: store('ecommerce-orders'),
    TOPIC: topic('orders.v1'),
    KEY: secret('refresh-token-key'),
    WORD: literal('as it is'),
  };
  expect(resolveBindings(bindings, addresses)).toEqual({
    A_SERVICE: 'http://order',
    BROKERS: 'broker:9092',
    DATABASE: 'postgres://user',
    TABLE: 'ecommerce-orders',
    TOPIC: 'orders.v1',
    KEY: 'refresh',
    WORD: 'as it is',
  });
});

test('every binding of every workload has a value on one machine', () => {
  for (const { environment } of workloads(platform)) {
    const resolved = resolveBindings(environment, addresses);
    expect(Object.keys(resolved)).toEqual(Object.keys(environment));
    expect(Object.values(resolved).filter((value) => !value)).toEqual([]);
  }
});

test('the AWS SDK is pointed at this machine by its own variables', () => {
  expect(awsEnvironment(addresses)).toMatchObject({
    AWS_ENDPOINT_URL_DYNAMODB: 'http://dynamodb',
    AWS_ENDPOINT_URL_SESV2: 'http://mail',
  });
});
