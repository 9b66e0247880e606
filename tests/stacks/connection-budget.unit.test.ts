import { expect, test } from 'vitest';
import { platform } from '../../services/platform/platform.ts';
import { connectionLines, tooManyConnections } from '../../stacks/connection-budget.ts';
import { environments } from '../../stacks/environments.ts';

test('every environment has room for all replicas of all services, in the middle of a deploy', () => {
  expect(connectionLines(platform)).toEqual([
    { workload: 'user-service', replicas: 5, connections: 6 },
    { workload: 'product-service', replicas: 10, connections: 6 },
  ]);
  for (const row of Object.values(environments)) expect(tooManyConnections(platform, row)).toBeUndefined();
});

test('a database with one connection too few is refused, with the sum', () => {
  const { dev } = environments;
  const row = (maxConnections: number) => ({ ...dev, database: { ...dev.database, maxConnections } });
  expect(tooManyConnections(platform, row(114))).toBeUndefined();
  expect(tooManyConnections(platform, row(113))).toBe(
    'dev: up to 114 connections (user-service 5 × 6, product-service 10 × 6, 4 for migrations, 20 kept) where ' +
      'database.maxConnections allows 113; give it more, or the services smaller pools.',
  );
});

test('larger pools and more replicas count', () => {
  const { services } = platform;
  const grown = {
    ...platform,
    services: {
      ...services,
      'product-service': {
        ...services['product-service'],
        scaling: { by: 'memory', min: 2, max: 80, targetPercent: 80 },
      } as const,
    },
  };
  expect(tooManyConnections(grown, environments.dev)).toContain('product-service 100 × 6');
});
