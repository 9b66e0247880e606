import type { App } from 'aws-cdk-lib/core';
import { Tags } from 'aws-cdk-lib/core';
import type { Environment } from '../environments.ts';
import { NetworkStack } from './network.ts';
import { RegistryStack } from './registry.ts';

/** All stacks of one environment, in the order in which they need each other. */
export function awsPlatform(app: App, row: Environment) {
  const network = new NetworkStack(app, row);
  const registry = new RegistryStack(app, row);

  const stacks = { network, registry };
  for (const stack of Object.values(stacks)) {
    // Costs and findings are sorted by these.
    Tags.of(stack).add('platform', 'ecommerce');
    Tags.of(stack).add('environment', row.name);
    stack.terminationProtection = row.retainData;
  }
  return stacks;
}
