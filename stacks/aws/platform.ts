import type { App } from 'aws-cdk-lib/core';
import type { Environment } from '../environments.ts';
import { ClusterStack } from './cluster.ts';
import { NetworkStack } from './network.ts';
import { RegistryStack } from './registry.ts';
import { tagAll } from './tags.ts';

/** All stacks of one environment, in the order in which they need each other. */
export function awsPlatform(app: App, row: Environment) {
  const network = new NetworkStack(app, row);
  const cluster = new ClusterStack(app, row, { vpc: network.vpc });
  const registry = new RegistryStack(app, row);

  const stacks = { network, cluster, registry };
  for (const stack of Object.values(stacks)) {
    tagAll(stack, row);
    stack.terminationProtection = row.retainData;
  }
  return stacks;
}
