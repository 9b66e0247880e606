import { Match, Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Stack } from 'aws-cdk-lib/core';
import { expect, test } from 'vitest';
import { awsApp } from '../../stacks/aws/app.ts';
import { NetworkStack } from '../../stacks/aws/network.ts';
import { StreamingStack } from '../../stacks/aws/streaming.ts';
import { type EnvironmentName, environments } from '../../stacks/environments.ts';

function synthesized(name: EnvironmentName): Template {
  const row = environments[name];
  const app = awsApp([row]);
  const { vpc } = new NetworkStack(app, row);
  const other = new Stack(app, 'Other', { env: { account: row.account, region: row.region } });
  const clients = new SecurityGroup(other, 'Clients', { vpc });
  return Template.fromStack(new StreamingStack(app, row, { vpc, clients }));
}

const templates = { dev: synthesized('dev'), prod: synthesized('prod') };

test.each(['dev', 'prod'] as const)('%s: nobody speaks to a broker unsigned or in the clear', (name) => {
  templates[name].hasResourceProperties('AWS::MSK::Cluster', {
    KafkaVersion: '3.9.x.kraft',
    NumberOfBrokerNodes: 3,
    ClientAuthentication: {
      Sasl: { Iam: { Enabled: true }, Scram: { Enabled: true } },
      Unauthenticated: { Enabled: false },
    },
    EncryptionInfo: {
      EncryptionAtRest: { DataVolumeKMSKeyId: Match.anyValue() },
      EncryptionInTransit: { ClientBroker: 'TLS', InCluster: true },
    },
    LoggingInfo: { BrokerLogs: { CloudWatchLogs: { Enabled: true } } },
  });
});

test('only brokers that have volumes are given a size, and only they are given what Express has fixed', () => {
  const cluster = (template: Template) => JSON.stringify(template.findResources('AWS::MSK::Cluster'));
  const properties = (template: Template) =>
    Object.values(template.findResources('AWS::MSK::Configuration')).map((one) => one.Properties.ServerProperties);
  expect(cluster(templates.dev)).toContain('"EBSStorageInfo":{"VolumeSize":50}');
  expect(cluster(templates.prod)).not.toContain('StorageInfo');
  expect(cluster(templates.prod)).toContain('express.m7g.large');
  expect(properties(templates.dev)).toEqual([
    [
      'auto.create.topics.enable=false',
      'allow.everyone.if.no.acl.found=false',
      'default.replication.factor=3',
      'min.insync.replicas=2',
      'unclean.leader.election.enable=false',
    ].join('\n'),
  ]);
  expect(properties(templates.prod)).toEqual(['auto.create.topics.enable=false\nallow.everyone.if.no.acl.found=false']);
});

test('every topic of the vocabulary is a resource that outlives its stack, stamped by the brokers', () => {
  const topics = Object.values(templates.prod.findResources('AWS::MSK::Topic')).toSorted((a, b) =>
    a.Properties.TopicName < b.Properties.TopicName ? -1 : 1,
  );
  const found = topics.map(({ Properties: { TopicName, PartitionCount, ReplicationFactor, Configs } }) => ({
    TopicName,
    PartitionCount,
    ReplicationFactor,
    settings: JSON.parse(Buffer.from(Configs, 'base64').toString()),
  }));
  expect(topics.map((one) => one.DeletionPolicy)).toEqual(['Retain', 'Retain', 'Retain']);
  expect(found).toEqual([
    {
      TopicName: 'analytics.heartbeat.v1',
      PartitionCount: 1,
      ReplicationFactor: 3,
      settings: { 'retention.ms': '86400000', 'message.timestamp.type': 'LogAppendTime' },
    },
    {
      TopicName: 'orders.v1',
      PartitionCount: 6,
      ReplicationFactor: 3,
      settings: { 'retention.ms': '604800000', 'message.timestamp.type': 'LogAppendTime' },
    },
    {
      TopicName: 'orders.v1.dlq',
      PartitionCount: 1,
      ReplicationFactor: 3,
      settings: { 'retention.ms': '1209600000', 'message.timestamp.type': 'LogAppendTime' },
    },
  ]);
});

test('the user of the other cloud has a name that MSK accepts, a key of its own and a password made in the account', () => {
  templates.prod.hasResourceProperties('AWS::SecretsManager::Secret', {
    Name: 'AmazonMSK_prod_flink',
    KmsKeyId: Match.anyValue(),
    GenerateSecretString: { SecretStringTemplate: '{"username":"flink-analytics"}', GenerateStringKey: 'password' },
  });
  templates.prod.resourceCountIs('AWS::MSK::BatchScramSecret', 1);
});

test('brokers are reached by pods and the event source with IAM, and by the other cloud with SCRAM, and by nothing else', () => {
  const rules = [
    ...Object.values(templates.dev.findResources('AWS::EC2::SecurityGroup')).flatMap(
      (one) => one.Properties.SecurityGroupIngress ?? [],
    ),
    ...Object.values(templates.dev.findResources('AWS::EC2::SecurityGroupIngress')).map((one) => one.Properties),
  ];
  const ports = rules.map(({ FromPort, ToPort, CidrIp }) => ({ FromPort, ToPort, CidrIp }));
  expect(ports).toHaveLength(3);
  expect(ports).toEqual(
    expect.arrayContaining([
      { FromPort: 9098, ToPort: 9098, CidrIp: undefined },
      { FromPort: 9098, ToPort: 9098, CidrIp: undefined },
      { FromPort: 9096, ToPort: 9096, CidrIp: environments.dev.gcp.cidr },
    ]),
  );
});

test('the role that asks for the addresses of the brokers may do that and write its log', () => {
  const actions = Object.values(templates.prod.findResources('AWS::IAM::Policy')).flatMap((one) =>
    one.Properties.PolicyDocument.Statement.flatMap((statement: { Action: string | string[] }) => statement.Action),
  );
  expect(actions.toSorted()).toEqual(['kafka:GetBootstrapBrokers', 'logs:CreateLogStream', 'logs:PutLogEvents']);
  const roles = Object.values(templates.prod.findResources('AWS::IAM::Role'));
  expect(roles.map((one) => one.Properties.ManagedPolicyArns)).toEqual([undefined]);
});
