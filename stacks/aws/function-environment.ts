import type { Binding, Bindings } from '../../services/platform/bindings.ts';
import { dynamoNames } from '../../services/platform/names.ts';
import type { Environment } from '../environments.ts';
import { tableName, topicName } from '../naming.ts';

/**
 * What the bindings of a function come to: it is outside the VPC and gets its values with its code. Throws for a binding that
 * cannot be had there.
 */
export const functionEnvironment = (bindings: Bindings, row: Environment): Record<string, string> =>
  Object.fromEntries(Object.entries(bindings).map(([name, binding]) => [name, plainValue(binding, row)]));

function plainValue(binding: Binding, row: Environment): string {
  switch (binding.kind) {
    case 'store': {
      const table = dynamoNames.find((name) => name === binding.store);
      if (!table) throw new Error(`A function has no way to ${binding.store}: it is outside the VPC.`);
      return tableName(row, table);
    }
    case 'topic':
      return topicName(row, binding.topic);
    case 'literal':
      return binding.value;
    case 'endpoint':
    case 'secret':
      throw new Error(`A function is bound to a ${binding.kind}, which a function cannot be given.`);
    default:
      return binding satisfies never;
  }
}
