import { Chart } from 'cdk8s';
import { Namespace, ServiceAccount } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { ServiceFacts } from '../services/platform/facts.ts';
import type { Platform } from '../services/platform/platform.ts';
import { aclJob, namespace } from '../stacks/naming.ts';
import { authoritiesConfig } from './authorities.ts';
import type { ClusterRow } from './cluster-row.ts';
import { keepsAcls } from './kafka-acls.ts';
import { kubernetesVersion } from './kubernetes.ts';
import { partOf, selectorOf } from './labels.ts';
import { migrationName, ownsDatabase } from './migrations.ts';
import { nodes } from './nodes.ts';
import { policies } from './policy.ts';
import { secretStores } from './secrets.ts';

/** What is there before the first service: where they live, who they are, what runs them and where their secrets come from. */
export class PlatformChart extends Chart {
  constructor(scope: Construct, id: string, row: ClusterRow, of: Platform) {
    super(scope, id, { labels: partOf, disableResourceNameHashes: true });
    new Namespace(this, 'Namespace', { metadata: { name: namespace, labels: { ...podSecurity, ...readinessGate } } });
    for (const service of Object.values(of.services))
      for (const name of [service.name, ...jobsOf(service)])
        new ServiceAccount(this, `Account ${name}`, {
          metadata: { name, namespace, labels: selectorOf(name) },
          automountToken: false,
        });
    authoritiesConfig(this, row.region);
    secretStores(this, row);
    nodes(this, row);
    policies(this, row, of);
  }
}

/** The jobs of a service have accounts of their own: the service's has another role. */
const jobsOf = (service: ServiceFacts): readonly string[] => [
  ...(ownsDatabase(service) ? [migrationName(service)] : []),
  ...(keepsAcls(service) ? [aclJob.name] : []),
];

/** Pods that the restricted profile refuses are not created (https://kubernetes.io/docs/concepts/security/pod-security-admission/). */
const podSecurity: Readonly<Record<string, string>> = Object.fromEntries(
  ['enforce', 'audit', 'warn'].flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, 'restricted'],
    [`pod-security.kubernetes.io/${mode}-version`, `v${kubernetesVersion}`],
  ]),
);

/** A pod behind the target group counts as ready when the load balancer says so too: a rollout waits for it (Auto Mode's own label). */
const readinessGate = { 'eks.amazonaws.com/pod-readiness-gate-inject': 'enabled' } as const;
