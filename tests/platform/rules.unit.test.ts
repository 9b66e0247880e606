import { expect, test } from 'vitest';
import { endpoint, literal, store, topic } from '../../services/platform/bindings.ts';
import type { Call, Publication, ServiceFacts } from '../../services/platform/facts.ts';
import type { SecretName, ServiceName } from '../../services/platform/names.ts';
import { type Platform, platform } from '../../services/platform/platform.ts';
import { brokenRules } from '../../services/platform/rules.ts';

/** The platform with facts of one service replaced. */
const having = (name: ServiceName, facts: Partial<ServiceFacts>): Platform => ({
  ...platform,
  services: { ...platform.services, [name]: { ...platform.services[name], ...facts } },
});

const order = platform.services['order-service'];
const calling = (...more: Call[]) => having('order-service', { calls: [...order.calls, ...more] });
const publishing = (...publishes: Publication[]) => having('order-service', { publishes });
const bound = (environment: ServiceFacts['environment']) => having('order-service', { environment });
const [orders, letters] = order.publishes as [Publication, Publication];

const broken: readonly (readonly [name: string, platform: Platform, sentence: RegExp])[] = [
  [
    'a service under another name',
    having('order-service', { name: 'user-service' }),
    /order-service: its service\.ts calls itself user-service/,
  ],
  [
    'min above max',
    having('order-service', { scaling: { by: 'cpu', min: 9, max: 3, targetPercent: 70 } }),
    /scaling min 9 is above its max 3/,
  ],
  [
    'min of zero',
    having('order-service', { scaling: { by: 'cpu', min: 0, max: 3, targetPercent: 70 } }),
    /scaling min must be a whole number from 1/,
  ],
  [
    'half a replica',
    having('user-service', { scaling: { by: 'manual', min: 1.5, max: 3, replicas: 2 } }),
    /scaling min must be a whole number/,
  ],
  [
    'replicas out of bounds',
    having('user-service', { scaling: { by: 'manual', min: 2, max: 4, replicas: 5 } }),
    /5 replicas lie outside 2–4/,
  ],
  [
    'a target of 0 %',
    having('order-service', { scaling: { by: 'cpu', min: 2, max: 4, targetPercent: 0 } }),
    /target of 0 % is not between 1 and 100/,
  ],
  [
    'a target of 170 %',
    having('product-service', { scaling: { by: 'memory', min: 2, max: 4, targetPercent: 170 } }),
    /memory target of 170 %/,
  ],
  ['a privileged port', having('order-service', { port: 80 }), /port 80 is not between 1024 and 65535/],
  [
    'an ephemeral local port',
    having('order-service', { localPort: 40_000 }),
    /local port 40000 is not between 1024 and 32767/,
  ],
  [
    'two services on one local port',
    having('order-service', { localPort: 8001 }),
    /user-service and order-service share the local port 8001/,
  ],
  ['two public services', having('order-service', { exposure: 'public' }), /Exactly one service is public, not 2/],
  ['no public service', having('api-gateway', { exposure: 'internal' }), /Exactly one service is public, not 0/],
  [
    'one route of two services',
    having('order-service', { publicRoutes: { 'GET /products/:id': 'user' } }),
    /public route of both product-service and order-service|GET \/products\/:id/,
  ],
  [
    'an internal route made public',
    having('order-service', { publicRoutes: { 'POST /internal/orders/:order_id/refund': 'user' } }),
    /is internal and cannot be a public route/,
  ],
  [
    'routes that the gateway cannot reach',
    having('api-gateway', { calls: platform.services['api-gateway'].calls.slice(1) }),
    /api-gateway relays routes of user-service without calling it/,
  ],
  ['a service that calls itself', calling({ to: 'order-service', on: 'background' }), /order-service calls itself/],
  [
    'a call listed twice',
    calling({ to: 'user-service', on: 'background' }),
    /order-service lists its call to user-service twice/,
  ],
  [
    'a circle on the request path',
    having('product-service', { calls: [{ to: 'payment-service', on: 'request' }] }),
    /The request path goes in a circle: .*product-service/,
  ],
  [
    'a store that nobody owns',
    having('payment-service', { stores: [] }),
    /Store ecommerce-payments needs exactly one owner, not 0 \(none\)/,
  ],
  [
    'a store with two owners',
    having('payment-service', {
      stores: [
        { store: 'ecommerce-payments', access: 'own' },
        { store: 'ecommerce-orders', access: 'own' },
      ],
    }),
    /Store ecommerce-orders needs exactly one owner, not 2/,
  ],
  [
    'a pool without connections',
    having('user-service', { stores: [{ store: 'user-database', access: 'own', connections: 0 }] }),
    /user-service: 0 connections to user-database are not a whole number from 1/,
  ],
  ['a topic that nobody publishes', publishing(letters), /Topic orders\.v1 needs exactly one publisher/],
  [
    'a topic without dead letters',
    publishing({ ...orders, deadLetter: 'none' }, letters),
    /Topic orders\.v1 has no dead-letter topic/,
  ],
  [
    'a topic that is its own dead letter',
    publishing({ ...orders, deadLetter: 'orders.v1' }, letters),
    /is its own dead-letter topic/,
  ],
  ['a topic without partitions', publishing({ ...orders, partitions: 0 }, letters), /needs at least one partition/],
  ['a topic that keeps nothing', publishing({ ...orders, retentionDays: 0 }, letters), /keeps its records for 0 days/],
  [
    'a variable with a strange name',
    bound({ 'orders-table': store('ecommerce-orders') }),
    /orders-table is not an environment variable name/,
  ],
  [
    'an endpoint that is not called',
    bound({ GATEWAY_URL: endpoint('api-gateway') }),
    /GATEWAY_URL points at api-gateway, which is not among its calls or reaches/,
  ],
  [
    'a store that is not used',
    bound({ USERS: store('user-database') }),
    /USERS points at user-database, which is not among its stores/,
  ],
  [
    'a topic that is not used',
    having('payment-service', { environment: { TOPIC: topic('orders.v1') } }),
    /neither publishes nor consumes/,
  ],
  [
    'a secret that does not exist',
    bound({ PROVIDER: { kind: 'secret', secret: 'master-key' as SecretName } }),
    /names a secret that does not exist/,
  ],
  [
    'a secret written down',
    bound({ PROVIDER: literal('secret-key-1') }),
    /carries what looks like a secret as a literal/,
  ],
];

test.each(broken)('%s is refused with a sentence', (_, bad, sentence) => {
  const sentences = brokenRules(bad);
  expect(
    sentences.some((one) => sentence.test(one)),
    sentences.join('\n') || 'nothing was refused',
  ).toBe(true);
  for (const one of sentences) expect(one).toMatch(/^[A-Za-z].{15,}\.$/);
});
