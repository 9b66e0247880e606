import { describe, expect, test } from 'vitest';
import { filesAt } from '../../bin/charts/at-ref.ts';
import { objectChanges } from '../../bin/charts/object-change.ts';
import { objectSentences } from '../../bin/charts/object-sentences.ts';
import { clusterRows } from '../../charts/cluster-row.ts';
import { manifestsOf } from '../../charts/manifests.ts';

const prod = manifestsOf(clusterRows.prod);
const path = (name: string) => `prod/apps/order-service/${name}-order-service.yaml`;

/** What is said of one file's change. */
function told(file: string, change: (text: string) => string): readonly string[] {
  const text = prod[file];
  if (text === undefined) throw new Error(`There is no ${file}.`);
  const after = change(text);
  if (after === text) throw new Error('Nothing was changed.');
  return objectSentences(objectChanges(prod, { ...prod, [file]: after }), ['prod']);
}

test('what is the same is said to be', () => {
  expect(objectSentences(objectChanges(prod, prod), ['dev', 'prod'])).toEqual([
    'No change in the manifests of dev and prod.',
  ]);
});

describe('a change is said in words that a reviewer reads', () => {
  test('the scaling table', () => {
    expect(told(path('horizontalpodautoscaler'), (text) => text.replace('maxReplicas: 10', 'maxReplicas: 12'))).toEqual(
      [
        'prod, in the cluster:',
        '  changed HorizontalPodAutoscaler order-service: replicas at most 10 → 12',
        '1 changes in the manifests; security hangs on 0 of them (!).',
      ],
    );
  });

  test('resources of a container, whatever its place in the list', () => {
    expect(told(path('deployment'), (text) => text.replace('cpu: 500m', 'cpu: 700m'))[1]).toMatch(
      /^ {2}changed Deployment order-service: cpu of order-service \(requests\) 500m → 700m$/,
    );
  });

  test('a variable that is new', () => {
    const lines = told(path('deployment'), (text) =>
      text.replace(
        '            - name: HOST',
        '            - name: ANSWER\n              value: "42"\n            - name: HOST',
      ),
    );
    expect(lines).toContain('! changed Deployment order-service: variable ANSWER is new, 42');
    expect(lines).toHaveLength(4);
  });
});

describe('what security hangs on is marked', () => {
  test.each([
    ['the image', path('deployment'), (text: string) => text.replace(/@sha256:0/, '@sha256:1')],
    [
      'a root file system',
      path('deployment'),
      (text: string) => text.replace('readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false'),
    ],
    [
      'a policy',
      'prod/apps/platform/networkpolicy-order-service.yaml',
      (text: string) => text.replace('port: 8003', 'port: 8004'),
    ],
    [
      'a project',
      'prod/argocd/appproject-ecommerce.yaml',
      (text: string) => text.replace('kind: ConfigMap', 'kind: Role'),
    ],
  ] as const)('%s', (_, file, change) => {
    expect(told(file, change)[1]).toMatch(/^! changed /);
  });

  test('an object that is gone, and one that is new', () => {
    const { [path('service')]: service = '', ...rest } = prod;
    const denied = 'prod/apps/platform/networkpolicy-default-deny.yaml';
    const { [denied]: deny = '', ...open } = rest;
    expect(objectSentences(objectChanges(prod, open), ['prod'])).toEqual([
      'prod, in the cluster:',
      '! removed NetworkPolicy default-deny',
      '  removed Service order-service',
      '2 changes in the manifests; security hangs on 1 of them (!).',
    ]);
    expect(
      objectSentences(objectChanges(open, { ...open, [path('service')]: service, [denied]: deny }), ['prod']),
    ).toContain('! added NetworkPolicy default-deny');
  });
});

test('a move to another file changes nothing', () => {
  const { [path('service')]: service = '', ...rest } = prod;
  expect(objectChanges(prod, { ...rest, 'prod/apps/elsewhere/service.yaml': service })).toEqual([]);
});

test('a commit that Git does not know is refused', () => {
  expect(() => filesAt('no-such-commit', 'charts/manifests')).toThrow(/rev-parse/);
  expect(() => filesAt('--help', 'charts/manifests')).toThrow(/rev-parse/);
});
