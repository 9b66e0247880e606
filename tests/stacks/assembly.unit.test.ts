import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { platform, workloads } from '../../services/platform/platform.ts';
import { type EnvironmentName, environmentNames, environments } from '../../stacks/environments.ts';
import * as naming from '../../stacks/naming.ts';
import { type Handover, handovers } from '../../stacks/stages.ts';
import { circleIn } from './circle.ts';
import { type Resource, type Synthesized, synthesize } from './synthesized.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'gcp-outputs-'));
const gcpOutputs = join(folder, 'gcp.json');
writeFileSync(
  gcpOutputs,
  JSON.stringify({
    environment: { value: 'prod' },
    vpn_gateway_addresses: { value: ['34.157.10.11', '35.220.20.21'] },
  }),
);
/** The function's code is tested elsewhere (notifier-bundle.engine.test.ts). */
const unbundled = { 'aws:cdk:bundling-stacks': [] };

let all: Synthesized;
let connected: Synthesized;
beforeAll(async () => {
  all = await synthesize(root, unbundled);
  connected = await synthesize(root, { ...unbundled, environment: 'prod', 'gcp-outputs': gcpOutputs });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const short = (name: string): string => name.replace(/^Ecommerce-(Dev|Prod)-/, '');
const stacksOf = (name: EnvironmentName) =>
  all.stacks.filter((stack) => stack.name === naming.stackName(environments[name], short(stack.name)));

/** Who needs whom: stacks as the assembly has them, and what is handed from cloud to cloud. */
function needsWith(told: readonly Handover[]): Map<string, string[]> {
  const needs = new Map(connected.stacks.map(({ name, dependencies }) => [short(name), dependencies.map(short)]));
  for (const { from, to } of told) needs.set(to, [...(needs.get(to) ?? []), from]);
  return needs;
}

test('synthesis asks no account, and neither it nor a construct has anything to complain about', () => {
  for (const assembly of [all, connected]) {
    expect(assembly.missing).toEqual([]);
    expect(assembly.remarks).toEqual([]);
    expect(assembly.stderr).not.toMatch(/warning|deprecated/i);
  }
  // Only where images are built is there somebody to push them.
  const everywhere = all.stacks.filter(({ name }) => short(name) !== 'ImagePublisher');
  expect(everywhere.length % environmentNames.length).toBe(0);
});

test('the way to the other cloud is there once its addresses are told, and otherwise left out', () => {
  expect(all.stacks.map(({ name }) => short(name))).not.toContain('Interconnect');
  expect(connected.stacks.map(({ name }) => name)).toContain('Ecommerce-Prod-Interconnect');
  expect(connected.stacks.every(({ name }) => name.startsWith('Ecommerce-Prod-'))).toBe(true);
});

test('addresses that are missing or of another environment are refused in one sentence', async () => {
  const wrong = { ...unbundled, environment: 'dev', 'gcp-outputs': gcpOutputs };
  await expect(synthesize(root, wrong)).rejects.toThrow(/of the environment prod, which is not among those to be made/);
  const absent = { ...unbundled, environment: 'prod', 'gcp-outputs': join(folder, 'absent.json') };
  await expect(synthesize(root, absent)).rejects.toThrow(/cannot be read. Deploy the network on the other cloud first/);
});

test('neither stacks nor the stages of the two clouds wait for each other in a circle', () => {
  expect(circleIn(needsWith(handovers))).toBeUndefined();
  const planted = { from: 'gcp-analytics', to: 'Network', outputs: ['bucket'] };
  expect(circleIn(needsWith([...handovers, planted]))).toEqual(['Network', 'gcp-analytics', 'Interconnect', 'Network']);
});

test('what one stage is told by another is an output of that one', () => {
  for (const { from, outputs } of handovers.filter((one) => !one.from.startsWith('gcp-'))) {
    const stack = connected.stacks.find(({ name }) => short(name) === from);
    expect(stack?.outputs).toEqual(expect.arrayContaining([...outputs]));
  }
});

describe.each(environmentNames)('%s', (name) => {
  const row = environments[name];
  const resources = (): readonly Resource[] => stacksOf(name).flatMap((stack) => Object.values(stack.resources));
  const made = (type: string, property: string): readonly unknown[] =>
    resources()
      .filter((one) => one.Type === type)
      .map((one) => one.Properties?.[property]);

  test('every store, topic and secret that a workload is bound to is made under the name that it is told', () => {
    const bindings = workloads(platform).flatMap(({ environment }) => Object.values(environment));
    for (const binding of bindings) {
      if (binding.kind === 'topic')
        expect(made('AWS::MSK::Topic', 'TopicName')).toContain(naming.topicName(row, binding.topic));
      if (binding.kind === 'secret')
        expect(made('AWS::SecretsManager::Secret', 'Name')).toContain(naming.secretName(row, binding.secret));
      if (binding.kind === 'store' && binding.store.startsWith('ecommerce-'))
        expect(made('AWS::DynamoDB::GlobalTable', 'TableName')).toContain(binding.store);
    }
  });

  test('every service finds its variables, its role and its images under names that a manifest can know', () => {
    for (const [service, { environment }] of Object.entries(platform.services) as [
      keyof typeof platform.services,
      (typeof platform.services)[keyof typeof platform.services],
    ][]) {
      for (const [variable, { kind }] of Object.entries(environment))
        if (kind !== 'secret')
          expect(made('AWS::SSM::Parameter', 'Name')).toContain(naming.parameterName(row, service, variable));
      expect(made('AWS::IAM::Role', 'RoleName')).toContain(naming.serviceRoleName(row, service));
      expect(made('AWS::EKS::PodIdentityAssociation', 'ServiceAccount')).toContain(service);
      expect(made('AWS::ECR::Repository', 'RepositoryName')).toContain(naming.repositoryName(service));
    }
  });

  test('names that the other cloud, the charts and people use are made', () => {
    expect(made('AWS::SecretsManager::Secret', 'Name')).toContain(naming.flinkSecretName(row));
    expect(made('AWS::ElasticLoadBalancingV2::TargetGroup', 'Name')).toContain(naming.gatewayTargetGroupName(row));
    expect(made('AWS::EKS::Cluster', 'Name')).toContain(naming.clusterName(row));
    expect(made('AWS::Lambda::Function', 'FunctionName')).toContain(naming.functionName(row, 'notification-lambda'));
  });

  test('where alarms ring is made, and all of them ring there', () => {
    const actions = resources()
      .filter((one) => one.Type === 'AWS::CloudWatch::Alarm')
      .flatMap((one) => one.Properties?.AlarmActions);
    expect(actions.length).toBeGreaterThan(5);
    expect(new Set(actions)).toEqual(new Set([naming.alarmTopicArn(row)]));
    expect(made('AWS::SNS::Topic', 'TopicName')).toContain(naming.alarmTopicName(row));
  });
});
