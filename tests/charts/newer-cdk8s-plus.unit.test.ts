import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { synthesizedManifests } from '../../bin/charts/committed.ts';
import { copyOfThePlatform } from '../stacks/sixth-service.ts';
import { lineDifferences, manifestsIn } from './copied-charts.ts';

const copy = copyOfThePlatform();
afterAll(() => copy.remove());

test('cdk8s-plus for Kubernetes 1.33 in the place of the one for 1.27 writes defaults down, and changes nothing', async () => {
  const before = synthesizedManifests();
  const after = await manifestsIn(copy.folder, { hooks: [join(import.meta.dirname, 'newer-cdk8s-plus.mjs')] });
  expect(Object.keys(after)).toEqual(Object.keys(before));
  const count = (text: RegExp) => Object.values(before).filter((one) => text.test(one)).length;
  expect(lineDifferences(before, after)).toEqual({
    '+ revisionHistoryLimit: 10': count(/^kind: Deployment$/m),
    '+ shareProcessNamespace: false': count(/^kind: (Deployment|Job|CronJob)$/m),
  });
});
