/**
 * What NetworkPolicies mean (https://kubernetes.io/docs/concepts/services-networking/network-policies/): a pod that some policy selects
 * for a direction accepts in it only what one of its policies allows; both ends must allow; what is no pod has no policies.
 */
type Labels = Readonly<Record<string, string>>;
type Selector = {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
};
type Peer = {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
};
type PolicyPort = { readonly port?: number | string; readonly protocol?: string; readonly endPort?: number };
type Rule = { readonly from?: readonly Peer[]; readonly to?: readonly Peer[]; readonly ports?: readonly PolicyPort[] };

export type Policy = {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: {
    readonly podSelector: Selector;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly Rule[];
    readonly egress?: readonly Rule[];
  };
};

/**
 * A pod, which has an address of the network too (the CNI of the VPC gives it one of the nodes' subnets), or an address that is no
 * pod's. Namespaces carry the label that Kubernetes gives them, and no other here.
 */
export type Place =
  | {
      readonly kind: 'pod';
      readonly name: string;
      readonly namespace: string;
      readonly labels: Labels;
      readonly ip: string;
      /** Names of its ports. */
      readonly ports: Readonly<Record<string, number>>;
    }
  | { readonly kind: 'address'; readonly name: string; readonly ip: string };

type Pod = Extract<Place, { kind: 'pod' }>;
export type Door = { readonly port: number; readonly protocol: 'TCP' | 'UDP' };

/** Whether the policies of both ends let a connection through. */
export const mayReach = (policies: readonly Policy[], from: Place, to: Place, door: Door): boolean =>
  allows(policies, from, to, 'Egress', door) && allows(policies, to, from, 'Ingress', door);

function allows(policies: readonly Policy[], at: Place, other: Place, direction: 'Ingress' | 'Egress', door: Door) {
  if (at.kind === 'address') return true;
  const own = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === at.namespace &&
      matches(spec.podSelector, at.labels) &&
      // Without types: always Ingress, and Egress where there are rules for it.
      (spec.policyTypes ?? ['Ingress', ...(spec.egress ? ['Egress'] : [])]).includes(direction),
  );
  if (own.length === 0) return true;
  const server = direction === 'Ingress' ? at : other;
  return own.some(({ metadata, spec }) =>
    (direction === 'Ingress' ? spec.ingress : spec.egress)?.some((rule) => {
      const peers = direction === 'Ingress' ? rule.from : rule.to;
      return (
        (!peers?.length || peers.some((peer) => isPeer(peer, other, metadata.namespace ?? ''))) &&
        (!rule.ports?.length || rule.ports.some((port) => isPort(port, server, door)))
      );
    }),
  );
}

function isPeer({ podSelector, namespaceSelector, ipBlock }: Peer, place: Place, namespace: string): boolean {
  // The documentation leaves open whether a block covers pods. The agent of the VPC's CNI matches addresses, whosever they are.
  if (ipBlock) return within(place.ip, ipBlock.cidr) && !ipBlock.except?.some((cidr) => within(place.ip, cidr));
  if (place.kind === 'address') return false;
  const there = namespaceSelector
    ? matches(namespaceSelector, { 'kubernetes.io/metadata.name': place.namespace })
    : place.namespace === namespace;
  return there && (!podSelector || matches(podSelector, place.labels));
}

function isPort({ port, protocol = 'TCP', endPort }: PolicyPort, server: Place, door: Door): boolean {
  if (protocol !== door.protocol) return false;
  if (port === undefined) return true;
  const first = typeof port === 'number' ? port : portNamed(port, server);
  return first !== undefined && door.port >= first && door.port <= (endPort ?? first);
}

const portNamed = (name: string, server: Place): number | undefined =>
  server.kind === 'pod' ? (server satisfies Pod).ports[name] : undefined;

function matches({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        case 'DoesNotExist':
          return value === undefined;
        default:
          throw new Error(`Kubernetes knows no operator ${operator}.`);
      }
    })
  );
}

const numberOf = (ip: string): number => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

/** Whether an IPv4 address lies in a range. */
export function within(ip: string, cidr: string): boolean {
  const [base = '', bits = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  return Math.floor(numberOf(ip) / size) === Math.floor(numberOf(base) / size);
}
