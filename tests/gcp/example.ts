import { exampleStacks } from '../../bin/gcp/examples.ts';
import { type EnvironmentName, environments } from '../../stacks/environments.ts';
import type { Json } from '../../stacks/gcp/snapshot.ts';
import { gcpStackName } from '../../stacks/naming.ts';

const all = exampleStacks();

/** A stack of an environment, whole, with stand-ins for what AWS tells. */
export function stackOf(name: EnvironmentName, stack: 'network' | 'analytics'): Json {
  const found = all[gcpStackName(environments[name], stack)];
  if (!found) throw new Error(`There is no ${stack} of ${name}.`);
  return found;
}
