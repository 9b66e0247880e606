import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Autoscaler, defaultRules, type Rules } from './algorithm.ts';

/** A service as its manifests have it. */
export type Workload = {
  readonly name: string;
  readonly autoscaler: Autoscaler;
  readonly metric: 'cpu' | 'memory';
  /** Cores, or MiB. */
  readonly request: number;
  /** Cores that a pod may use at most. */
  readonly cpuLimit: number;
};

type Resources = Readonly<Record<'requests' | 'limits', Readonly<Record<'cpu' | 'memory', string>>>>;
type Deployment = {
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { readonly resources: Resources }[] } };
  };
};
type Target = {
  readonly spec: {
    readonly minReplicas: number;
    readonly maxReplicas: number;
    readonly metrics: readonly {
      readonly resource: { readonly name: 'cpu' | 'memory'; readonly target: { readonly averageUtilization: number } };
    }[];
    readonly behavior?: { readonly scaleUp?: Partial<Rules>; readonly scaleDown?: Partial<Rules> };
  };
};

const folder = join(import.meta.dirname, '../../charts/manifests');

/** Reads the committed manifests of a service. Throws a sentence when it has no autoscaler there. */
export function workloadOf(environment: string, service: string): Workload {
  const read = (kind: string): unknown => {
    try {
      return parse(readFileSync(join(folder, environment, 'apps', service, `${kind}-${service}.yaml`), 'utf8'));
    } catch {
      throw new Error(
        `${service} has no ${kind} in ${environment}; only services that scale by themselves can be simulated.`,
      );
    }
  };
  const { spec } = read('horizontalpodautoscaler') as Target;
  const [container] = (read('deployment') as Deployment).spec.template.spec.containers;
  const [metric] = spec.metrics;
  if (!container || !metric) throw new Error(`${service} has no container or no metric in ${environment}.`);
  const { name, target } = metric.resource;
  return {
    name: service,
    metric: name,
    request: amountOf(container.resources.requests[name]),
    cpuLimit: amountOf(container.resources.limits.cpu),
    autoscaler: {
      min: spec.minReplicas,
      max: spec.maxReplicas,
      targetPercent: target.averageUtilization,
      scaleUp: { ...defaultRules.scaleUp, ...spec.behavior?.scaleUp },
      scaleDown: { ...defaultRules.scaleDown, ...spec.behavior?.scaleDown },
    },
  };
}

/** `500m` is 0.5 cores, `384Mi` is 384 MiB. Throws for what our manifests do not use. */
export function amountOf(quantity: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)(m|Mi|Gi)?$/.exec(quantity) ?? [];
  if (number === '') throw new Error(`${quantity} is no quantity that is understood here.`);
  return unit === 'm' ? Number(number) / 1000 : unit === 'Gi' ? Number(number) * 1024 : Number(number);
}
