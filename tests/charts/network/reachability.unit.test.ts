import { describe, expect, test } from 'vitest';
import { type EnvironmentName, environmentNames, environments } from '../../../stacks/environments.ts';
import { ofKind, podTemplates } from '../objects.ts';
import { declaredEdges, doors, type Edge, edge, ownPods, surroundings } from './declared.ts';
import { mayReach, type Place, type Policy } from './semantics.ts';

const policiesOf = (environment: EnvironmentName) =>
  ofKind(environment, 'NetworkPolicy') as unknown as readonly Policy[];

/** Who reaches whom; only what one of our pods, or a pod in our namespace, has an end of. */
function reachable(policies: readonly Policy[], own: readonly Place[], around: readonly Place[]): ReadonlySet<Edge> {
  const edges = new Set<Edge>();
  const places = [...own, ...around];
  const ours = (place: Place) => place.kind === 'pod' && place.namespace === 'ecommerce';
  for (const from of places)
    for (const to of places)
      if (from !== to && (ours(from) || ours(to)))
        for (const door of doors) if (mayReach(policies, from, to, door)) edges.add(edge(from.name, to.name, door));
  return edges;
}

/** One sentence for each edge that is too many or missing. */
function differences(policies: readonly Policy[], environment: EnvironmentName, more: readonly Place[] = []) {
  const found = reachable(policies, ownPods(environments[environment], podTemplates(environment)), [
    ...surroundings(environments[environment]),
    ...more,
  ]);
  const declared = declaredEdges();
  return [
    ...[...found].filter((one) => !declared.has(one)).map((one) => `${one} is open and nobody declared it.`),
    ...[...declared].filter((one) => !found.has(one)).map((one) => `${one} is declared and closed.`),
  ];
}

describe.each(environmentNames)('in %s', (environment) => {
  const policies = policiesOf(environment);

  test('who reaches whom is the declared call graph, the stores and names: nothing more, nothing less', () => {
    expect(differences(policies, environment)).toEqual([]);
    expect(declaredEdges().size).toBeGreaterThan(60);
  });

  test('every pod of ours is refused what no policy allows, in both directions', () => {
    const all = policies.find(({ metadata }) => metadata.name === 'default-deny');
    expect(all?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [], egress: [] });
  });

  test.each(policies.map(({ metadata }) => metadata.name).filter((name) => name !== 'default-deny'))(
    'without the policy %s something declared is closed',
    (name) => {
      const rest = policies.filter(({ metadata }) => metadata.name !== name);
      expect(differences(rest, environment).filter((one) => one.includes('declared and closed'))).not.toEqual([]);
    },
  );
});

describe('a mistake is named', () => {
  const policies = policiesOf('prod');
  const changed = (name: string, change: (policy: Policy) => Policy) =>
    differences(
      policies.map((policy) => (policy.metadata.name === name ? change(policy) : policy)),
      'prod',
    );
  const withSpec = (name: string, spec: (of: Policy['spec']) => Partial<Policy['spec']>) =>
    changed(name, (policy) => ({ ...policy, spec: { ...policy.spec, ...spec(policy.spec) } }));

  test('nothing is refused by itself', () => {
    expect(
      differences(
        policies.filter(({ metadata }) => metadata.name !== 'default-deny'),
        'prod',
      ),
    ).toContain(
      'a pod called order-service elsewhere → a pod that nobody declared TCP 8080 is open and nobody declared it.',
    );
  });

  test('a way that both ends open; one end alone opens none', () => {
    const wide = (name: string, spec: Partial<Policy['spec']>) => (policy: Policy) =>
      policy.metadata.name === name ? { ...policy, spec: { ...policy.spec, ...spec } } : policy;
    const callee = wide('payment-service', { ingress: [{ from: [{ podSelector: {} }] }] });
    const caller = wide('product-service', { egress: [{}] });
    const open = 'product-service → payment-service TCP 8004 is open and nobody declared it.';
    expect(differences(policies.map(callee), 'prod')).not.toContain(open);
    expect(differences(policies.map(callee).map(caller), 'prod')).toContain(open);
  });

  test('a selector of namespaces that takes all of them', () => {
    expect(
      withSpec('order-service', ({ ingress = [] }) => ({
        ingress: [...ingress, { from: [{ namespaceSelector: {} }] }],
      })),
    ).toContain('a pod called order-service elsewhere → order-service TCP 8003 is open and nobody declared it.');
  });

  test('a call that the caller may not make', () => {
    expect(withSpec('order-service', ({ egress = [] }) => ({ egress: egress.slice(1) }))).toContain(
      'order-service → user-service TCP 8001 is declared and closed.',
    );
  });

  test('the way out to every address', () => {
    expect(
      withSpec('payment-service', ({ egress = [] }) => ({
        egress: [...egress, { to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }],
      })),
    ).toContain('payment-service → credentials of the node TCP 80 is open and nobody declared it.');
  });

  test('the whole network instead of the subnets of the load balancer or of the stores: pods have addresses of it', () => {
    const network = [{ ipBlock: { cidr: environments.prod.vpcCidr } }];
    expect(
      withSpec('api-gateway', ({ ingress = [] }) => ({
        ingress: ingress.map((rule) => (rule.from?.some(({ ipBlock }) => ipBlock) ? { ...rule, from: network } : rule)),
      })),
    ).toContain('a pod called order-service elsewhere → api-gateway TCP 8080 is open and nobody declared it.');
    for (const [service, port] of [
      ['order-service', 9098],
      ['user-service', 5432],
    ] as const)
      expect(
        withSpec(service, ({ egress = [] }) => ({
          egress: egress.map((rule) =>
            rule.ports?.some((one) => one.port === port) ? { ...rule, to: network } : rule,
          ),
        })),
      ).toContain(`${service} → another system pod TCP ${port} is open and nobody declared it.`);
  });

  test('the policy of another pod', () => {
    expect(withSpec('user-service', () => ({ podSelector: { matchLabels: { app: 'user-service' } } }))).toContain(
      'order-service → user-service TCP 8001 is declared and closed.',
    );
  });
});
