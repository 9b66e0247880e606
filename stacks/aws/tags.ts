import { Tags } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import type { WorkloadName } from '../../services/platform/names.ts';
import type { Environment } from '../environments.ts';

/**
 * Who a resource belongs to, on everything below `scope`: for the bill, for the console and for policies. The bill shows them once
 * somebody has activated all three as cost allocation tags (docs/deploy-aws.md, 3).
 */
export function tagAll(scope: IConstruct, row: Environment): void {
  Tags.of(scope).add('Environment', row.name);
  Tags.of(scope).add('Service', 'platform');
  Tags.of(scope).add('Owner', 'platform');
}

/** Marks what belongs to one workload; it wins over `tagAll` of an outer scope. */
export function tagService(scope: IConstruct, service: WorkloadName): void {
  Tags.of(scope).add('Service', service, { priority: 200 });
}
