import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ServiceFacts } from '../services/platform/facts.ts';
import { type DynamoName, dynamoNames } from '../services/platform/names.ts';
import type { Platform } from '../services/platform/platform.ts';
import { aclJob, namespace } from '../stacks/naming.ts';
import type { ClusterRow } from './cluster-row.ts';
import { keepsAcls } from './kafka-acls.ts';
import { selectorOf } from './labels.ts';
import { migrationName, ownsDatabase } from './migrations.ts';
import { monitoringNamespace } from './monitoring/helm-charts.ts';
import { reachesDatabase } from './mounts.ts';
import { databasePort, kafkaPort, metricsPort } from './ports.ts';
import { isolatedSubnets, publicSubnets } from './subnets.ts';

type Peer = Readonly<Record<string, unknown>>;
type Port = { readonly port: number; readonly protocol: 'TCP' | 'UDP' };
type Rule = { readonly ports: readonly Port[] } & Partial<Record<'from' | 'to', readonly Peer[]>>;

type Labels = Readonly<Record<string, string>>;
type Rules = Partial<Record<'ingress' | 'egress', readonly Rule[]>>;

const tcp = (port: number): Port => ({ port, protocol: 'TCP' });
const addresses = (cidr: string, except?: readonly string[]): Peer => ({
  ipBlock: { cidr, ...(except ? { except } : {}) },
});
const podsOf = (name: string): Peer => ({ podSelector: { matchLabels: selectorOf(name) } });
const podsIn = (of: string, labels: Labels): Peer => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': of } },
  podSelector: { matchLabels: labels },
});

/**
 * What may talk to what, in the namespace of the services: nothing, but for the names of the outside world, the calls and the stores
 * that each service declares. They come before the services, as a migration runs before anything else of its service.
 */
export function policies(scope: Construct, row: ClusterRow, of: Platform): void {
  const services = Object.values(of.services);
  const add = (name: string, pods: Labels, rules: Rules) =>
    new ApiObject(scope, `Policy ${name}`, policyOf(name, pods, rules));
  add('default-deny', {}, { ingress: [], egress: [] });
  add('names', {}, { egress: [names(row)] });
  for (const facts of services) {
    add(facts.name, selectorOf(facts.name), {
      ingress: ingressOf(facts, row, services),
      egress: egressOf(facts, row, of),
    });
    if (keepsAcls(facts)) add(aclJob.name, selectorOf(aclJob.name), { egress: [store(row, kafkaPort), ownRole] });
    if (ownsDatabase(facts)) add(migrationName(facts), selectorOf(migrationName(facts)), { egress: [database(row)] });
  }
}

const policyOf = (name: string, pods: Labels, rules: Rules) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace },
  spec: {
    podSelector: Object.keys(pods).length === 0 ? {} : { matchLabels: pods },
    policyTypes: [...(rules.ingress ? ['Ingress'] : []), ...(rules.egress ? ['Egress'] : [])],
    ...rules,
  },
});

/**
 * Auto Mode answers names on each node at the tenth address of the services' range, not by pods
 * (https://github.com/aws/containers-roadmap/issues/2552); a cluster that runs CoreDNS as pods is covered too.
 */
const names = ({ cluster }: ClusterRow): Rule => ({
  to: [
    podsIn('kube-system', { 'k8s-app': 'kube-dns' }),
    addresses(`${cluster.serviceCidr.replace(/\.\d+\/\d+$/, '.10')}/32`),
  ],
  ports: [{ port: 53, protocol: 'UDP' }, tcp(53)],
});

/** A store of the network: none of its addresses is known before, only that it stands in the isolated subnets, where no pod is. */
const store = (row: ClusterRow, port: number): Rule => ({
  to: isolatedSubnets(row).map((cidr) => addresses(cidr)),
  ports: [tcp(port)],
});
const database = (row: ClusterRow): Rule => store(row, databasePort);

/** Who hands a pod the credentials of its role (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html). */
const ownRole: Rule = { to: [addresses('169.254.170.23/32')], ports: [tcp(80)] };

function ingressOf({ name, port, exposure }: ServiceFacts, row: ClusterRow, all: readonly ServiceFacts[]): Rule[] {
  const callers = all.filter(({ calls }) => calls.some(({ to }) => to === name)).map((caller) => podsOf(caller.name));
  return [
    ...(callers.length > 0 ? [{ from: callers, ports: [tcp(port)] }] : []),
    // The load balancer's addresses change. Pods have addresses of the private subnets: from there nobody gets past it.
    ...(exposure === 'public' ? [{ from: publicSubnets(row).map((cidr) => addresses(cidr)), ports: [tcp(port)] }] : []),
    {
      from: [podsIn(monitoringNamespace, { 'app.kubernetes.io/name': 'prometheus' })],
      ports: [tcp(metricsPort)],
    },
  ];
}

function egressOf(facts: ServiceFacts, row: ClusterRow, { services }: Platform): Rule[] {
  const { calls, stores, reaches } = facts;
  const hasTables = stores.some(({ store }) => dynamoNames.includes(store as DynamoName));
  const needsRole = hasTables || reaches.includes('kafka') || reachesDatabase(facts);
  const leaves = hasTables || reaches.includes('token-issuer') || reaches.includes('payment-provider');
  return [
    ...calls.map(({ to }) => ({ to: [podsOf(to)], ports: [tcp(services[to].port)] })),
    ...(reachesDatabase(facts) ? [database(row)] : []),
    ...(reaches.includes('kafka') ? [store(row, kafkaPort)] : []),
    ...(needsRole ? [ownRole] : []),
    // DynamoDB, the issuer of service tokens and the payment provider have public addresses that change.
    ...(leaves ? [{ to: [addresses('0.0.0.0/0', notPublic)], ports: [tcp(443)] }] : []),
  ];
}

/** Addresses that are nobody's in public (RFC 1918, RFC 6598, RFC 3927): pods, nodes, brokers, the nodes' own credentials. */
const notPublic = ['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'] as const;
