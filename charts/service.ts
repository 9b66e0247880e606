import { ApiObject, Chart, Duration, JsonPatch } from 'cdk8s';
import {
  Deployment,
  DeploymentStrategy,
  Env,
  EnvValue,
  ImagePullPolicy,
  LabelSelector,
  PercentOrAbsolute,
  Probe,
  Protocol,
  Secret,
  Service,
  ServiceAccount,
} from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { ServiceFacts } from '../services/platform/facts.ts';
import type { ServiceName } from '../services/platform/names.ts';
import { namespace } from '../stacks/naming.ts';
import { amend } from './amend.ts';
import type { ClusterRow } from './cluster-row.ts';
import { targetGroupBinding } from './edge.ts';
import { variablesOf } from './environment.ts';
import { kafkaAcls } from './kafka-acls.ts';
import { labelsOf, partOf, selectorOf, wave } from './labels.ts';
import { migration } from './migrations.ts';
import { mountsOf } from './mounts.ts';
import { hardenPod, imageOf, resourcesOf, securityContext } from './pod.ts';
import { metricsPort } from './ports.ts';
import { resources } from './resources.ts';
import { autoscaler, boundsOf, disruptionBudget, replicasOf } from './scaling.ts';
import { environmentSecret, externalSecret, remoteEnvironment } from './secrets.ts';

/** One service: its pods and how others find them. */
export class ServiceChart extends Chart {
  constructor(scope: Construct, id: string, row: ClusterRow, facts: ServiceFacts) {
    super(scope, id, { namespace, labels: partOf, disableResourceNameHashes: true });
    const { name, port } = facts;
    const deployment = this.deployment(row, facts);
    autoscaler(this, deployment, facts);
    disruptionBudget(this, facts);
    externalSecret(this, 'EnvironmentSecret', {
      name: environmentSecret(name),
      of: name,
      values: remoteEnvironment(facts, row),
      annotations: wave(-1),
    });
    migration(this, row, facts);
    kafkaAcls(this, row, facts);
    targetGroupBinding(this, row, facts);
    const service = new Service(this, 'Service', {
      metadata: { name, labels: selectorOf(name) },
      ports: [{ name: 'http', port, targetPort: port, protocol: Protocol.TCP }],
    });
    for (const [label, value] of Object.entries(selectorOf(name))) service.selectLabel(label, value);
    amend(ApiObject.of(service), JsonPatch.remove('/spec/externalIPs'));
  }

  private deployment(row: ClusterRow, facts: ServiceFacts): Deployment {
    const { name, port, scaling } = facts;
    const deployment = new Deployment(this, 'Deployment', {
      metadata: { name, labels: selectorOf(name), annotations: boundsOf(scaling) },
      select: false,
      podMetadata: { labels: labelsOf(name) },
      replicas: replicasOf(scaling),
      strategy: DeploymentStrategy.rollingUpdate({
        maxSurge: PercentOrAbsolute.absolute(1),
        maxUnavailable: PercentOrAbsolute.absolute(0),
      }),
      progressDeadline: Duration.minutes(5),
      serviceAccount: ServiceAccount.fromServiceAccountName(this, 'Account', name),
      automountServiceAccountToken: false,
      terminationGracePeriod: Duration.seconds(45),
      securityContext: { ensureNonRoot: true, user: securityContext.user, group: securityContext.group },
      containers: [
        {
          name,
          image: imageOf(row, name),
          imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
          args: ['/app/main.js'],
          ports: [
            { name: 'http', number: port, protocol: Protocol.TCP },
            { name: 'metrics', number: metricsPort, protocol: Protocol.TCP },
          ],
          envVariables: Object.fromEntries(
            Object.entries(variablesOf(facts, row)).map(([key, value]) => [key, EnvValue.fromValue(value)]),
          ),
          envFrom: [Env.fromSecret(Secret.fromSecretName(this, 'Environment', environmentSecret(name)))],
          startup: probe('/startupz', port, { periodSeconds: 2, failureThreshold: 30 }),
          liveness: probe('/livez', port, { periodSeconds: 10, failureThreshold: 3 }),
          readiness: probe('/readyz', port, { periodSeconds: 5, failureThreshold: 2 }),
          resources: resourcesOf(resources[name]),
          securityContext,
        },
      ],
    });
    deployment.select(LabelSelector.of({ labels: selectorOf(name) }));
    const object = ApiObject.of(deployment);
    hardenPod(object, mountsOf(facts));
    amend(
      object,
      // Until every load balancer and node has taken the pod off its list; without a shell there is no other way to wait.
      JsonPatch.add('/spec/template/spec/containers/0/lifecycle', { preStop: { sleep: { seconds: 10 } } }),
      JsonPatch.add('/spec/template/spec/topologySpreadConstraints', spreadOf(name)),
    );
    return deployment;
  }
}

const probe = (
  path: string,
  port: number,
  { periodSeconds, failureThreshold }: { readonly periodSeconds: number; readonly failureThreshold: number },
): Probe =>
  Probe.fromHttpGet(path, {
    port,
    periodSeconds: Duration.seconds(periodSeconds),
    timeoutSeconds: Duration.seconds(2),
    failureThreshold,
  });

/** Over zones, then over nodes, as far as there are any: a pod on a crowded node serves better than one that waits. */
const spreadOf = (name: ServiceName): readonly object[] =>
  ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: selectorOf(name) },
    matchLabelKeys: ['pod-template-hash'],
  }));
