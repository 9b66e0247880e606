import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import {
  type ApplicationLoadBalancer,
  type ApplicationTargetGroup,
  HttpCodeElb,
  HttpCodeTarget,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { webAclName } from '../naming.ts';
import { Alarm, alarmPeriod } from './alarm.ts';

type Watched = {
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly targetGroup: ApplicationTargetGroup;
};

/** What buyers notice, measured where they arrive. */
export function watchEdge(scope: Construct, row: Environment, { loadBalancer, targetGroup }: Watched): void {
  const period = alarmPeriod;
  const asked = 'FILL(requests, 0) + FILL(own, 0)';
  const sum = { period, statistic: Stats.SUM };
  new Alarm(scope, row, {
    name: 'edge-errors',
    impact: 'Buyers see failed pages or lose their checkout at more than one request in a hundred.',
    runbook: 'docs/runbooks/edge-errors.md',
    owner: 'api-gateway',
    metric: new MathExpression({
      // A request that finds no target is counted among the load balancer's own answers only.
      expression: `IF(${asked} > 100, 100 * (FILL(own, 0) + FILL(behind, 0)) / (${asked}), 0)`,
      label: 'Answers 5xx in percent',
      usingMetrics: {
        own: loadBalancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, sum),
        behind: loadBalancer.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, sum),
        requests: loadBalancer.metrics.requestCount(sum),
      },
      period,
    }),
    threshold: 1,
    because:
      'One percent for ten minutes is more than a rollout or a failed zone costs; under 100 requests it says little.',
    periods: { breaching: 2, of: 2 },
  });
  new Alarm(scope, row, {
    name: 'edge-unhealthy',
    impact: 'At least one replica of the gateway takes no traffic, so a second failure or a peak is felt by buyers.',
    runbook: 'docs/runbooks/edge-unhealthy.md',
    owner: 'api-gateway',
    metric: targetGroup.metrics.unhealthyHostCount({ period, statistic: Stats.MINIMUM }),
    threshold: 0,
    because: 'A replica that starts or stops is out for seconds; one that is out for a quarter of an hour is broken.',
  });
  new Alarm(scope, row, {
    name: 'edge-no-healthy',
    impact: 'Nothing answers: every request to the API fails with 503.',
    runbook: 'docs/runbooks/edge-no-healthy.md',
    owner: 'api-gateway',
    metric: targetGroup.metrics.healthyHostCount({ period, statistic: Stats.MAXIMUM }),
    threshold: 1,
    because: 'Not one healthy replica during five minutes is an outage, whatever the reason.',
    side: 'below',
    periods: { breaching: 1, of: 1 },
    missing: 'alarming',
  });
  new Alarm(scope, row, {
    name: 'edge-latency',
    impact: 'One request in a hundred takes longer than two seconds, and checkouts start to run into their deadline.',
    runbook: 'docs/runbooks/edge-latency.md',
    owner: 'api-gateway',
    metric: targetGroup.metrics.targetResponseTime({ period, statistic: 'p99' }),
    threshold: 2,
    because: 'A checkout of five calls stays far below two seconds unless a store or the payment provider is slow.',
  });
  new Alarm(scope, row, {
    name: 'edge-blocks',
    impact: 'An attack is under way, or the firewall refuses buyers after a change of its rules or of ours.',
    runbook: 'docs/runbooks/edge-blocks.md',
    owner: 'platform',
    metric: new Metric({
      namespace: 'AWS/WAFV2',
      metricName: 'BlockedRequests',
      dimensionsMap: { WebACL: webAclName(row), Region: row.region, Rule: 'ALL' },
      ...sum,
    }),
    threshold: 5_000,
    because: 'Scanners make some hundred refusals in five minutes every day; ten times that is aimed at us.',
    periods: { breaching: 2, of: 3 },
  });
}
