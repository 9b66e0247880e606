import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { digestIn, withDigest } from '../../bin/images/promotion.ts';
import { clusterRows } from '../../charts/cluster-row.ts';
import { imagesOf } from '../../charts/images.ts';
import { manifestsOf } from '../../charts/manifests.ts';
import { ownsDatabase } from '../../charts/migrations.ts';
import { serviceNames } from '../../services/platform/names.ts';
import { platform } from '../../services/platform/platform.ts';

const prod = readFileSync(join(import.meta.dirname, '../../charts/images/prod.json'), 'utf8');
const built = `sha256:${'ab12'.repeat(16)}`;

test.each(serviceNames)('promoting %s changes one line of one file, and the image of its own pods', (service) => {
  const after = withDigest(prod, service, built);
  const changed = after.split('\n').filter((line, index) => line !== prod.split('\n')[index]);
  expect(changed).toEqual([expect.stringContaining(`"${service}": "${built}"`)]);
  expect(digestIn(after, service)).toBe(built);

  const before = manifestsOf(clusterRows.prod);
  const now = manifestsOf({ ...clusterRows.prod, images: imagesOf('prod', JSON.parse(after)) });
  const paths = Object.keys(now).filter((path) => now[path] !== before[path]);
  expect(paths).toEqual([
    `prod/apps/${service}/deployment-${service}.yaml`,
    ...(ownsDatabase(platform.services[service]) ? [`prod/apps/${service}/job-${service}-migrate.yaml`] : []),
  ]);
});

describe('is refused with a sentence:', () => {
  test('a service that does not exist', () => {
    expect(() => withDigest(prod, 'orders', built)).toThrow(/There is no service orders; there are api-gateway/);
    expect(() => digestIn(prod, 'orders')).toThrow(/no image of orders/);
  });

  test('what is no digest', () => {
    expect(() => withDigest(prod, 'order-service', 'latest')).toThrow(/latest is no digest/);
  });

  test('an image that was never built', () => {
    expect(() => withDigest(prod, 'order-service', `sha256:${'0'.repeat(64)}`)).toThrow(/was not built yet/);
  });
});
