import { Duration } from 'cdk8s';
import {
  type Deployment,
  HorizontalPodAutoscaler,
  k8s,
  Metric,
  MetricTarget,
  Replicas,
  ScalingStrategy,
} from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Scaling, ServiceFacts } from '../services/platform/facts.ts';
import { selectorOf } from './labels.ts';

/** Fixed replicas where a person decides; none where the autoscaler does, or each sync would undo what it did. */
export const replicasOf = (scaling: Scaling): number | undefined =>
  scaling.by === 'manual' ? scaling.replicas : undefined;

/** Between what a person may choose, for whoever edits the number. */
export const boundsOf = (scaling: Scaling): Readonly<Record<string, string>> =>
  scaling.by === 'manual'
    ? { 'ecommerce-platform/replicas-max': `${scaling.max}`, 'ecommerce-platform/replicas-min': `${scaling.min}` }
    : {};

/**
 * The autoscaler of a service, with the numbers of its facts. It doubles, or adds four, each 15 s, because orders come at once;
 * it takes a quarter away a minute, after five quiet minutes.
 */
export function autoscaler(scope: Construct, deployment: Deployment, { name, scaling }: ServiceFacts): void {
  if (scaling.by === 'manual') return;
  const target = MetricTarget.averageUtilization(scaling.targetPercent);
  new HorizontalPodAutoscaler(scope, 'Autoscaler', {
    metadata: { name, labels: selectorOf(name) },
    target: deployment,
    minReplicas: scaling.min,
    maxReplicas: scaling.max,
    metrics: [scaling.by === 'cpu' ? Metric.resourceCpu(target) : Metric.resourceMemory(target)],
    scaleUp: {
      strategy: ScalingStrategy.MAX_CHANGE,
      stabilizationWindow: Duration.seconds(0),
      policies: [
        { replicas: Replicas.percent(100), duration: Duration.seconds(15) },
        { replicas: Replicas.absolute(4), duration: Duration.seconds(15) },
      ],
    },
    scaleDown: {
      strategy: ScalingStrategy.MAX_CHANGE,
      stabilizationWindow: Duration.minutes(5),
      policies: [{ replicas: Replicas.percent(25), duration: Duration.minutes(1) }],
    },
  });
}

/** Nodes are replaced one pod of a service at a time; one that is not ready does not hold its node up. */
export function disruptionBudget(scope: Construct, { name }: ServiceFacts): void {
  new k8s.KubePodDisruptionBudget(scope, 'DisruptionBudget', {
    metadata: { name, labels: selectorOf(name) },
    spec: {
      maxUnavailable: k8s.IntOrString.fromNumber(1),
      selector: { matchLabels: selectorOf(name) },
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  });
}
