import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ServiceFacts } from '../services/platform/facts.ts';
import type { ClusterRow } from './cluster-row.ts';
import { selectorOf, wave } from './labels.ts';

/** Auto Mode's own controller; one that is installed beside it (aws-load-balancer-controller) wants elbv2.k8s.aws/v1beta1. */
const apiVersion = 'eks.amazonaws.com/v1';

/** Hands the pods of the public service to the target group of the load balancer, which belongs to the stack Edge. */
export function targetGroupBinding(scope: Construct, row: ClusterRow, { name, port, exposure }: ServiceFacts): void {
  if (exposure !== 'public') return;
  new ApiObject(scope, 'TargetGroupBinding', {
    apiVersion,
    kind: 'TargetGroupBinding',
    metadata: { name, labels: selectorOf(name), annotations: wave(1) },
    // No rules for its network: the stack opens the way from the load balancer to this port and no other.
    spec: { serviceRef: { name, port }, targetGroupARN: row.gatewayTargetGroupArn, targetType: 'ip' },
  });
}
