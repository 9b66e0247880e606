import type { ServiceFacts } from '../../../services/platform/facts.ts';
import { platform } from '../../../services/platform/platform.ts';
import type { Environment } from '../../../stacks/environments.ts';
import { aclJob, namespace } from '../../../stacks/naming.ts';
import type { PodTemplate } from '../objects.ts';
import type { Door, Place } from './semantics.ts';

/** `order-service → product-service TCP 8001` */
export type Edge = string;
export const edge = (from: string, to: string, { port, protocol }: Door): Edge => `${from} → ${to} ${protocol} ${port}`;

const hostIn = (cidr: string, tail: string): string => `${cidr.split('.').slice(0, 2).join('.')}.${tail}`;
/** Pods stand in the private subnets, the nodes' own: one address each, over all three zones. */
const podIn =
  (vpcCidr: string) =>
  (
    of: string,
    name: string,
    labels: Readonly<Record<string, string>> = {},
    ports: Record<string, number> = {},
  ): Place => ({
    kind: 'pod',
    name,
    namespace: of,
    labels,
    ip: hostIn(vpcCidr, podAddress(`${of}/${name}`)),
    ports,
  });
const zones = [32, 64, 96] as const;
const podAddress = (name: string): string => {
  const sum = [...name].reduce((before, letter) => (before * 31 + letter.charCodeAt(0)) % 1_000_003, 7);
  return `${(zones[sum % zones.length] ?? 32) + (sum % 32)}.${1 + (sum % 251)}`;
};
const inZones = (name: string): readonly string[] => ['a', 'b', 'c'].map((zone) => `${name} in zone ${zone}`);
const loadBalancer = inZones('load balancer');
const postgres = inZones('PostgreSQL');
const kafka = inZones('Kafka');
/** Both stand in the isolated subnets: there security groups tell them apart (stacks/aws), policies do not. */
const stores = [...postgres, ...kafka];
const address = (name: string, ip: string): Place => ({ kind: 'address', name, ip });

/** What is around our pods: whom they need, and whom they must neither reach nor be reached by. */
export const surroundings = ({ vpcCidr, cluster, gcp }: Environment): readonly Place[] => [
  ...['0.17', '1.201', '2.9'].map((tail, zone) => address(loadBalancer[zone] ?? '', hostIn(vpcCidr, tail))),
  ...['128.20', '129.20', '130.20'].map((tail, zone) => address(postgres[zone] ?? '', hostIn(vpcCidr, tail))),
  ...['128.31', '129.31', '130.31'].map((tail, zone) => address(kafka[zone] ?? '', hostIn(vpcCidr, tail))),
  ...zones.map((zone) => address(`a node or an endpoint of AWS in ${zone}`, hostIn(vpcCidr, `${zone}.4`))),
  address('a subnet that nobody made', hostIn(vpcCidr, '200.4')),
  address('names', hostIn(cluster.serviceCidr, '0.10')),
  address('another service address', hostIn(cluster.serviceCidr, '0.11')),
  address('credentials of the role', '169.254.170.23'),
  address('credentials of the node', '169.254.169.254'),
  address('public address', '52.94.236.248'),
  address('the other cloud', hostIn(gcp.cidr, '0.9')),
  address('a private network', '192.168.4.4'),
  ...podsAround(vpcCidr),
];

const podsAround = (vpcCidr: string): readonly Place[] => {
  const pod = podIn(vpcCidr);
  return [
    pod('kube-system', 'CoreDNS', { 'k8s-app': 'kube-dns' }),
    pod('kube-system', 'another system pod', { 'k8s-app': 'metrics-server' }),
    pod('monitoring', 'Prometheus', { 'app.kubernetes.io/name': 'prometheus' }),
    pod('monitoring', 'Grafana', { 'app.kubernetes.io/name': 'grafana' }),
    pod('default', 'a pod called order-service elsewhere', { 'app.kubernetes.io/name': 'order-service' }),
    pod('default', 'a pod that says it is Prometheus elsewhere', { 'app.kubernetes.io/name': 'prometheus' }),
    pod(namespace, 'a pod that nobody declared', { app: 'shell' }),
  ];
};

/** Our pods, as they were synthesized. */
export const ownPods = (
  { vpcCidr }: Environment,
  templates: readonly (readonly [string, PodTemplate])[],
): readonly Place[] =>
  templates.map(([name, { metadata, spec }]) =>
    podIn(vpcCidr)(
      namespace,
      name.split(' ')[1] ?? name,
      metadata.labels,
      Object.fromEntries(
        spec.containers.flatMap(({ ports = [] }) => ports.map((port) => [port.name, port.containerPort] as const)),
      ),
    ),
  );

/** Every port that anything here listens on, and some that nobody should. */
export const doors: readonly Door[] = [
  ...new Set([
    22,
    53,
    80,
    443,
    5432,
    6443,
    8080,
    9096,
    9098,
    9464,
    10250,
    ...Object.values(platform.services).map(({ port }) => port),
  ]),
]
  .map((port): Door => ({ port, protocol: 'TCP' }))
  .concat([{ port: 53, protocol: 'UDP' }]);

/** The edges that the vocabulary declares, written from the facts and not from the policies. */
export const declaredEdges = (): ReadonlySet<Edge> => {
  const edges = new Set<Edge>();
  const add = (from: string, to: string, port: number, protocol: 'TCP' | 'UDP' = 'TCP') =>
    edges.add(edge(from, to, { port, protocol }));
  const names = (from: string) => {
    for (const to of ['names', 'CoreDNS']) {
      add(from, to, 53);
      add(from, to, 53, 'UDP');
    }
  };
  // Cut off but for names, which are no secret.
  names('a pod that nobody declared');
  for (const facts of Object.values(platform.services) as readonly ServiceFacts[]) {
    const { name, port } = facts;
    const databases = facts.stores.filter((use) => 'connections' in use);
    names(name);
    add('Prometheus', name, 9464);
    for (const { to } of facts.calls) add(name, to, platform.services[to].port);
    if (facts.exposure === 'public') for (const host of loadBalancer) add(host, name, port);
    if (databases.length > 0) for (const host of stores) add(name, host, 5432);
    if (facts.reaches.includes('kafka')) for (const host of stores) add(name, host, 9098);
    if (facts.stores.length > 0) add(name, 'credentials of the role', 80);
    if (facts.stores.length > databases.length || facts.reaches.includes('token-issuer'))
      add(name, 'public address', 443);
    if (databases.some(({ access }) => access === 'own')) {
      names(`${name}-migrate`);
      for (const host of stores) add(`${name}-migrate`, host, 5432);
    }
    if (name === aclJob.service) {
      names(aclJob.name);
      for (const host of stores) add(aclJob.name, host, 9098);
      add(aclJob.name, 'credentials of the role', 80);
    }
  }
  return edges;
};
