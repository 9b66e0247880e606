import { describe, expect, test } from 'vitest';
import { dynamoNames, postgresNames, topicNames } from '../../services/platform/names.ts';
import { platform, publications, workloads } from '../../services/platform/platform.ts';
import { brokenRules } from '../../services/platform/rules.ts';

/** The product owner's table (architecture.md), written out by hand. */
const specification = [
  ['api-gateway', 8080, { by: 'manual', min: 2, max: 5 }, [['ecommerce-sessions', 'read']]],
  [
    'user-service',
    8001,
    { by: 'manual', min: 2, max: 4 },
    [
      ['user-database', 'own'],
      ['ecommerce-sessions', 'own'],
    ],
  ],
  ['product-service', 8001, { by: 'memory', min: 2, max: 8, targetPercent: 80 }, [['product-database', 'own']]],
  [
    'order-service',
    8003,
    { by: 'cpu', min: 2, max: 10, targetPercent: 70 },
    [
      ['ecommerce-orders', 'own'],
      ['ecommerce-carts', 'own'],
    ],
  ],
  ['payment-service', 8004, { by: 'cpu', min: 2, max: 8, targetPercent: 70 }, [['ecommerce-payments', 'own']]],
] as const;

describe('the platform is what the product owner asked for', () => {
  test('it has exactly these services', () => {
    expect(Object.keys(platform.services).toSorted()).toEqual(specification.map(([name]) => name).toSorted());
    expect(Object.keys(platform.functions)).toEqual(['notification-lambda']);
  });

  test.each(specification)('%s listens on %i, scales and stores as specified', (name, port, scaling, stores) => {
    const facts = platform.services[name];
    expect(facts.port).toBe(port);
    expect(facts.scaling).toMatchObject(scaling);
    expect(Object.keys(facts.scaling).toSorted()).toEqual(
      [...Object.keys(scaling), ...(scaling.by === 'manual' ? ['replicas'] : [])].toSorted(),
    );
    for (const [store, access] of stores)
      expect(facts.stores).toContainEqual(expect.objectContaining({ store, access }));
  });

  test('only the gateway is public, and every name is used', () => {
    const open = Object.values(platform.services).filter((service) => service.exposure === 'public');
    expect(open.map((service) => service.name)).toEqual(['api-gateway']);
    const all = workloads(platform);
    expect(new Set(all.flatMap((one) => one.stores.map((use) => use.store)))).toEqual(
      new Set([...postgresNames, ...dynamoNames]),
    );
    expect(new Set(publications(platform).map((use) => use.topic))).toEqual(new Set(topicNames));
  });

  test('the request path is gateway → order → user and product, gateway → payment → order', () => {
    const onRequest = Object.values(platform.services).flatMap((service) =>
      service.calls.filter((call) => call.on === 'request').map((call) => `${service.name} → ${call.to}`),
    );
    expect(onRequest.toSorted()).toEqual([
      'api-gateway → order-service',
      'api-gateway → payment-service',
      'api-gateway → product-service',
      'api-gateway → user-service',
      'order-service → product-service',
      'order-service → user-service',
      'payment-service → order-service',
    ]);
  });

  test('no rule is broken', () => {
    expect(brokenRules(platform)).toEqual([]);
  });
});
