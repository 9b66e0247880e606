import { ApiObject, type Duration } from 'cdk8s';
import { type EnvFrom, type EnvValue, ImagePullPolicy, Job, RestartPolicy, ServiceAccount } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { ServiceName } from '../services/platform/names.ts';
import type { ClusterRow } from './cluster-row.ts';
import { labelsOf, selectorOf } from './labels.ts';
import { hardenPod, imageOf, resourcesOf, securityContext } from './pod.ts';
import { migrationResources } from './resources.ts';

/**
 * A job that Argo CD runs at a sync: another entry of a service's image, under a name, a label and an account of its own, as hardened as
 * the service.
 */
export function hookJob(
  scope: Construct,
  row: ClusterRow,
  job: {
    readonly name: string;
    readonly of: ServiceName;
    /** Name of the container, and of the file in `/app` without its ending. */
    readonly entry: string;
    /** When Argo CD runs it, and when it takes it away. */
    readonly annotations: Readonly<Record<string, string>>;
    readonly within: Duration;
    readonly variables: Record<string, EnvValue>;
    readonly from?: readonly EnvFrom[];
    readonly mounts?: Parameters<typeof hardenPod>[1];
  },
): void {
  const { name, entry } = job;
  const made = new Job(scope, name, {
    metadata: { name, labels: selectorOf(name), annotations: job.annotations },
    select: false,
    podMetadata: { labels: labelsOf(name) },
    serviceAccount: ServiceAccount.fromServiceAccountName(scope, `${name}-account`, name),
    automountServiceAccountToken: false,
    restartPolicy: RestartPolicy.NEVER,
    backoffLimit: 3,
    activeDeadline: job.within,
    securityContext: { ensureNonRoot: true, user: securityContext.user, group: securityContext.group },
    containers: [
      {
        name: entry,
        image: imageOf(row, job.of),
        imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
        args: [`/app/${entry}.js`],
        envVariables: job.variables,
        ...(job.from ? { envFrom: [...job.from] } : {}),
        resources: resourcesOf(migrationResources),
        securityContext,
      },
    ],
  });
  hardenPod(ApiObject.of(made), job.mounts ?? []);
}
