import { expect, test } from 'vitest';
import { environmentNames } from '../../../stacks/environments.ts';
import { object } from '../objects.ts';

const valuesOf = (environment: 'dev' | 'prod', release: string) =>
  (object(environment, 'Application', release).spec as unknown as Source).source.helm.valuesObject;
type Source = { readonly source: { readonly helm: { readonly valuesObject: Values } } };
type Values = {
  readonly alloy: { readonly configMap: { readonly content: string } };
  readonly prometheus: { readonly prometheusSpec: { readonly replicas: number } };
};

test.each(environmentNames)(
  'in %s each Prometheus is told what only CloudWatch knows, and none twice',
  (environment) => {
    const { replicas } = valuesOf(environment, 'prometheus-stack').prometheus.prometheusSpec;
    const pushed = [...valuesOf(environment, 'alloy-cloudwatch').alloy.configMap.content.matchAll(/url = "([^"]+)"/g)];
    expect(replicas).toBe(environment === 'prod' ? 2 : 1);
    expect(pushed.map(([, url]) => url)).toEqual(
      Array.from(
        { length: replicas },
        (_, index) =>
          `http://prometheus-prometheus-stack-prometheus-${index}.prometheus-operated.monitoring.svc.cluster.local:9090/api/v1/write`,
      ),
    );
  },
);
