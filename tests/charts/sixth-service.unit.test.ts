import { afterAll, expect, test } from 'vitest';
import { synthesizedManifests } from '../../bin/charts/committed.ts';
import { placeholderDigest } from '../../charts/images.ts';
import { addReviewService, copyOfThePlatform } from '../stacks/sixth-service.ts';
import { manifestsIn } from './copied-charts.ts';

const copy = copyOfThePlatform();
afterAll(() => copy.remove());

test('a sixth service adds its own files, and changes those of who calls it and of whom it calls', async () => {
  addReviewService(copy);
  for (const environment of ['dev', 'prod'])
    copy.insert(`charts/images/${environment}.json`, '{', `\n  "review-service": "${placeholderDigest}",`);
  copy.insert(
    'charts/resources.ts',
    "'payment-service': { cpuMillis: { request: 250, limit: 1_000 }, memoryMiB: { request: 256, limit: 512 } },",
    "\n  'review-service': { cpuMillis: { request: 250, limit: 1_000 }, memoryMiB: { request: 256, limit: 512 } },",
  );
  const [before, after] = [synthesizedManifests(), await manifestsIn(copy.folder)];
  const changed = Object.keys({ ...before, ...after }).flatMap((path) => {
    if (before[path] === after[path]) return [];
    return [`${before[path] === undefined ? '+' : after[path] === undefined ? '-' : '~'} ${path}`];
  });
  const shared = changed.filter((one) => /\/(apps\/monitoring|argocd)\/|\/networkpolicy-/.test(one));
  expect(changed.filter((one) => !shared.includes(one)).toSorted()).toEqual(
    ['dev', 'prod']
      .flatMap((environment) => [
        `+ ${environment}/apps/platform/serviceaccount-review-service.yaml`,
        `+ ${environment}/apps/review-service/deployment-review-service.yaml`,
        `+ ${environment}/apps/review-service/externalsecret-review-service-environment.yaml`,
        `+ ${environment}/apps/review-service/horizontalpodautoscaler-review-service.yaml`,
        `+ ${environment}/apps/review-service/poddisruptionbudget-review-service.yaml`,
        `+ ${environment}/apps/review-service/service-review-service.yaml`,
        // The gateway relays to it: a token for it, and its address.
        `~ ${environment}/apps/api-gateway/deployment-api-gateway.yaml`,
        `~ ${environment}/apps/api-gateway/externalsecret-api-gateway-environment.yaml`,
      ])
      .toSorted(),
  );
  // Who may reach whom, and what is watched, are of all services: what changes there speaks of the new one.
  for (const one of shared) expect(`${one}\n${after[one.slice(2)]}`).toContain('review-service');
  expect(shared.filter((one) => one.startsWith('-'))).toEqual([]);
});
