import { Match, Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { DatabaseStack } from '../../stacks/aws/database.ts';
import { environments } from '../../stacks/environments.ts';
import { rowApp } from './rows.ts';

const rows = ['dev', 'prod'] as const;
const template = (name: (typeof rows)[number]) => {
  const { app, row, vpc, clients } = rowApp(name);
  return Template.fromStack(new DatabaseStack(app, row, { vpc, clients }));
};
const templates = { dev: template('dev'), prod: template('prod') };
const theKey = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] };

test.each(rows)(
  '%s: storage, the administrator’s secret and what is measured are under the stack’s own key',
  (name) => {
    templates[name].hasResourceProperties('AWS::RDS::DBCluster', {
      Engine: 'aurora-postgresql',
      EngineVersion: '17.9',
      StorageEncrypted: true,
      KmsKeyId: theKey,
      MasterUserSecret: { KmsKeyId: theKey },
      PerformanceInsightsKmsKeyId: theKey,
    });
  },
);

test.each(rows)('%s: nobody signs in with a password of ours, and nobody without TLS', (name) => {
  templates[name].hasResourceProperties('AWS::RDS::DBCluster', {
    EnableIAMDatabaseAuthentication: true,
    ManageMasterUserPassword: true,
    MasterUserPassword: Match.absent(),
    DBClusterParameterGroupName: { Ref: Match.stringLikeRegexp('^Parameters') },
  });
  templates[name].hasResourceProperties('AWS::RDS::DBClusterParameterGroup', {
    Family: 'aurora-postgresql17',
    Parameters: Match.objectLike({ 'rds.force_ssl': '1' }),
  });
});

test.each(rows)('%s: the server allows exactly the connections that the pools are checked against', (name) => {
  const limit = environments[name].database.maxConnections;
  templates[name].hasResourceProperties('AWS::RDS::DBClusterParameterGroup', {
    Parameters: Match.objectLike({ max_connections: String(limit) }),
  });
  templates[name].hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmName: `ecommerce-${name}-database-connections`,
    Threshold: limit * 0.8,
  });
});

test.each(rows)('%s: only the pods reach it, and it reaches nobody', (name) => {
  const { [name]: of } = templates;
  const ingress = Object.values(of.findResources('AWS::EC2::SecurityGroupIngress'));
  expect(ingress.map((rule) => [rule.Properties.SourceSecurityGroupId, rule.Properties.CidrIp])).toEqual([
    [{ 'Fn::ImportValue': expect.stringContaining('Clients') }, undefined],
  ]);
  of.allResourcesProperties('AWS::EC2::SecurityGroup', {
    SecurityGroupIngress: Match.absent(),
    SecurityGroupEgress: [Match.objectLike({ CidrIp: '255.255.255.255/32' })],
  });
  of.hasResourceProperties('AWS::RDS::DBSubnetGroup', {
    SubnetIds: Array.from({ length: 3 }, () => ({ 'Fn::ImportValue': Match.stringLikeRegexp('IsolatedSubnet') })),
  });
  of.allResourcesProperties('AWS::RDS::DBInstance', { PubliclyAccessible: false, MonitoringInterval: 60 });
});

test.each(rows)('%s: its logs are in groups of ours, encrypted and kept as long as the row says', (name) => {
  const exported = ['postgresql', 'iam-db-auth-error'];
  templates[name].hasResourceProperties('AWS::RDS::DBCluster', { EnableCloudwatchLogsExports: exported });
  for (const log of exported)
    templates[name].hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: `/aws/rds/cluster/ecommerce-${name}/${log}`,
      KmsKeyId: Match.anyValue(),
      RetentionInDays: environments[name].logRetentionDays,
    });
});

test('prod has a reader that takes over, is kept by a snapshot and cannot be deleted by one call', () => {
  templates.prod.resourceCountIs('AWS::RDS::DBInstance', 2);
  templates.prod.hasResource('AWS::RDS::DBCluster', {
    DeletionPolicy: 'Snapshot',
    UpdateReplacePolicy: 'Snapshot',
    Properties: { DeletionProtection: true, BackupRetentionPeriod: 14 },
  });
  templates.dev.resourceCountIs('AWS::RDS::DBInstance', 1);
  templates.dev.hasResource('AWS::RDS::DBCluster', {
    DeletionPolicy: 'Delete',
    Properties: { DeletionProtection: false, BackupRetentionPeriod: 7 },
  });
});
