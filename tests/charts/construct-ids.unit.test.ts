import { afterEach, expect, test } from 'vitest';
import { synthesizedManifests } from '../../bin/charts/committed.ts';
import { copyOfThePlatform } from '../stacks/sixth-service.ts';
import { lineDifferences, manifestsIn } from './copied-charts.ts';

let copy: ReturnType<typeof copyOfThePlatform> | undefined;
afterEach(() => copy?.remove());

/** Gives every construct of the charts another id: `new Service(this, 'Service'` → `new Service(this, 'Renamed Service'`. */
function renamed() {
  copy = copyOfThePlatform();
  let ids = 0;
  copy.rewrite('charts', (text) =>
    text
      .replace(/\((this|scope), (['`])/g, (_, where, quote) => {
        ids += 1;
        return `(${where}, ${quote}renamed-`;
      })
      // Those whose id is the name of a service.
      .replace(/\((this|scope), name,/g, (_, where) => {
        ids += 1;
        return `(${where}, 'renamed-' + name,`;
      }),
  );
  return { copy, ids };
}

test('other ids of constructs change no selector, no name and nothing else', async () => {
  const { copy, ids } = renamed();
  expect(ids).toBeGreaterThanOrEqual(15);
  expect(await manifestsIn(copy.folder)).toEqual(synthesizedManifests());
});

test('a selector that cdk8s makes up is noticed by it', async () => {
  const { copy } = renamed();
  copy.rewrite('charts', (text) => text.replaceAll('select: false', 'select: true'));
  const differences = lineDifferences(synthesizedManifests(), await manifestsIn(copy.folder));
  expect(Object.keys(differences).some((line) => line.includes('cdk8s.io/metadata.addr'))).toBe(true);
});

test('a name that cdk8s makes up is noticed by it', async () => {
  const { copy } = renamed();
  copy.rewrite('charts', (text) => text.replace(/(new Service\([^{]*\{\s*metadata: \{) name,/, '$1'));
  const names = Object.keys(await manifestsIn(copy.folder));
  expect(names).not.toContain('prod/apps/order-service/service-order-service.yaml');
});
