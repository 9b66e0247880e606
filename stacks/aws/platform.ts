import { Annotations, type App } from 'aws-cdk-lib/core';
import type { Environment } from '../environments.ts';
import { AlarmingStack } from './alarming.ts';
import { BudgetStack } from './budget.ts';
import { ClusterStack } from './cluster.ts';
import { DatabaseStack } from './database.ts';
import { EdgeStack } from './edge.ts';
import type { GcpNetworkOutputs } from './gcp-outputs.ts';
import { IdentitiesStack } from './identities.ts';
import { ImagePublisherStack } from './image-publisher.ts';
import { InterconnectStack } from './interconnect.ts';
import { NetworkStack } from './network.ts';
import { NotifierStack } from './notifier.ts';
import { ObserversStack } from './observers.ts';
import { ParametersStack } from './parameters.ts';
import { RegistryStack } from './registry.ts';
import { StorageStack } from './storage.ts';
import { StreamingStack } from './streaming.ts';
import { TablesStack } from './tables.ts';
import { tagAll } from './tags.ts';

/**
 * All stacks of one environment, in the order in which they need each other. The way to the other cloud is among them once
 * that cloud's network has told its addresses (`gcp`).
 */
export function awsPlatform(
  app: App,
  row: Environment,
  { gcp }: { readonly gcp?: GcpNetworkOutputs | undefined } = {},
) {
  const alarming = new AlarmingStack(app, row);
  const registry = new RegistryStack(app, row);
  const tables = new TablesStack(app, row);
  const storage = new StorageStack(app, row);
  const budget = new BudgetStack(app, row);

  const network = new NetworkStack(app, row);
  const { vpc } = network;
  const cluster = new ClusterStack(app, row, { vpc });
  const clients = cluster.clientSecurityGroup;
  const database = new DatabaseStack(app, row, { vpc, clients });
  const streaming = new StreamingStack(app, row, { vpc, clients });
  const notifier = new NotifierStack(app, row, { streaming, tables });
  const edge = new EdgeStack(app, row, { vpc, clients });

  const identities = new IdentitiesStack(app, row, { cluster, database, streaming, tables });
  const observers = new ObserversStack(app, row, { cluster, alarming });
  const parameters = new ParametersStack(app, row, { cluster, database, streaming });

  if (!gcp)
    Annotations.of(network).addInfo(
      'No way to the other cloud yet: deploy its network, then come again with -c gcp-outputs=<terraform output -json>.',
    );
  const publisher = row.github ? { publisher: new ImagePublisherStack(app, row, { github: row.github }) } : {};
  const interconnect = gcp ? { interconnect: new InterconnectStack(app, row, { vpc, gcp }) } : {};

  const stacks = {
    alarming,
    registry,
    tables,
    storage,
    budget,
    network,
    cluster,
    database,
    streaming,
    notifier,
    edge,
    identities,
    observers,
    parameters,
    ...publisher,
    ...interconnect,
  };
  for (const stack of Object.values(stacks)) {
    tagAll(stack, row);
    // Alarms and the budget know the topic by its name only, so that nothing else orders them.
    if (stack !== alarming) stack.addStackDependency(alarming);
    stack.terminationProtection = row.retainData;
  }
  return stacks;
}
