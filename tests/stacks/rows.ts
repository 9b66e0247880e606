import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { type App, Stack } from 'aws-cdk-lib/core';
import { awsApp } from '../../stacks/aws/app.ts';
import { NetworkStack } from '../../stacks/aws/network.ts';
import { type Environment, type EnvironmentName, environments } from '../../stacks/environments.ts';

/** One row's app with what stacks of stores and the edge stand in: the network, and a group of clients from another stack. */
export function rowApp(name: EnvironmentName, change: Partial<Environment> = {}) {
  const row: Environment = { ...environments[name], ...change };
  const app: App = awsApp([row]);
  const { vpc } = new NetworkStack(app, row);
  const other = new Stack(app, 'Other', { env: { account: row.account, region: row.region } });
  return { app, row, vpc, clients: new SecurityGroup(other, 'Clients', { vpc, description: 'Pods' }) };
}
