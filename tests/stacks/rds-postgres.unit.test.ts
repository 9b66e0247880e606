import { Template as Assertions, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { assembleAws } from '../../stacks/aws/assembly.ts';
import { exampleGcp } from '../../stacks/aws/example-gcp.ts';
import { unusedAcknowledgements } from '../../stacks/aws/gates/acknowledgement.ts';
import { rdsAcknowledgements } from '../../stacks/aws/gates/acknowledgements.ts';
import type { Finding } from '../../stacks/aws/gates/finding.ts';
import { platformRules } from '../../stacks/aws/gates/platform-rules.ts';
import { breaksOf } from '../../stacks/aws/gates/rule.ts';
import type { Resource, Template } from '../../stacks/aws/gates/template.ts';
import { type Environment, type EnvironmentName, environments } from '../../stacks/environments.ts';
import { stackName } from '../../stacks/naming.ts';
import { estimate } from '../../stacks/prices/estimate.ts';
import { priceList } from '../../stacks/prices/price-list.ts';
import { usages } from '../../stacks/prices/usage.ts';

const { maxConnections } = environments.prod.database;
const rds = (name: EnvironmentName, instanceType: string, multiAz: boolean): Environment => ({
  ...environments[name],
  database: { engine: 'rds-postgres', instanceType, storageGiB: 100, multiAz, maxConnections, backupDays: 14 },
});
const dev = rds('dev', 't4g.medium', false);
const prod = rds('prod', 'm8g.xlarge', true);

const findings: Finding[] = [];
// Throws with every finding that nobody acknowledged.
const { assembly } = assembleAws([dev, prod], {
  context: { 'aws:cdk:bundling-stacks': [] },
  gcp: exampleGcp,
  seen: (finding) => findings.push(finding),
});
const templateOf = (row: Environment, stack: string): Template =>
  assembly.getStackByName(stackName(row, stack)).template;
const database = Assertions.fromJSON(templateOf(prod, 'Database') as Record<string, unknown>);
const theKey = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] };

describe('a row with RDS PostgreSQL instead of Aurora', () => {
  test('passes the gating packs, and each finding that stays has its row', () => {
    expect(unusedAcknowledgements(rdsAcknowledgements, findings)).toEqual([]);
  });

  test('gets two machines, entered by IAM and TLS alone, encrypted, restorable and kept', () => {
    database.resourceCountIs('AWS::RDS::DBCluster', 0);
    database.hasResource('AWS::RDS::DBInstance', {
      DeletionPolicy: 'Snapshot',
      Properties: {
        Engine: 'postgres',
        EngineVersion: '17.9',
        DBInstanceClass: 'db.m8g.xlarge',
        MultiAZ: true,
        AllocatedStorage: '100',
        EnableIAMDatabaseAuthentication: true,
        ManageMasterUserPassword: true,
        MasterUserPassword: Match.absent(),
        MasterUserSecret: { KmsKeyId: theKey },
        StorageEncrypted: true,
        KmsKeyId: theKey,
        PerformanceInsightsKMSKeyId: theKey,
        PubliclyAccessible: false,
        BackupRetentionPeriod: 14,
        DeletionProtection: true,
        DBParameterGroupName: { Ref: Match.stringLikeRegexp('^Parameters') },
      },
    });
    database.hasResourceProperties('AWS::RDS::DBParameterGroup', {
      Family: 'postgres17',
      Parameters: Match.objectLike({ 'rds.force_ssl': '1', max_connections: String(maxConnections) }),
    });
  });

  test('is entered by the same secret, the same parameters and the same logins', () => {
    expect(Object.keys(database.findOutputs('AdministratorSecretArn'))).toHaveLength(1);
    const parameters = JSON.stringify(templateOf(prod, 'Parameters').Resources);
    expect(parameters).toMatch(/postgres:\/\/user_service@",\{"Fn::ImportValue":"[^"]*InstanceC1063A87EndpointAddress/);
    expect(parameters).toMatch(/InstanceC1063A87MasterUserSecretSecretArn/);
    const identities = JSON.stringify(templateOf(prod, 'Identities').Resources);
    expect(identities).toMatch(/dbuser:",\{"Fn::ImportValue":"[^"]*InstanceC1063A87DbiResourceId/);
  });

  test('is watched by as many alarms, each on what this engine has', () => {
    const alarms = Object.values(database.findResources('AWS::CloudWatch::Alarm')).map((one) => one.Properties);
    expect(
      Object.fromEntries(alarms.map((one) => [one.AlarmName.replace(/^.*-database-/, ''), one.MetricName])),
    ).toEqual({
      cpu: 'CPUUtilization',
      capacity: 'FreeStorageSpace',
      connections: 'DatabaseConnections',
      memory: 'FreeableMemory',
      deadlocks: 'Deadlocks',
    });
    const ofInstance = [{ Name: 'DBInstanceIdentifier', Value: { Ref: expect.stringMatching(/^Instance/) } }];
    for (const one of alarms.filter(({ Namespace }) => Namespace === 'AWS/RDS'))
      expect(one.Dimensions).toEqual(ofInstance);
    database.hasResourceProperties('AWS::Logs::MetricFilter', { FilterPattern: '"deadlock detected"' });
    database.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: '/aws/rds/instance/ecommerce-prod/postgresql',
    });
  });

  test('has more connections than its pools can open, or is refused', () => {
    const row = { ...prod, database: { ...prod.database, maxConnections: 100 } };
    expect(() => assembleAws([row])).toThrow(/prod: up to 114 connections .* allows 100/);
  });

  test('costs what its machines and their storage do', () => {
    const costOf = (row: Environment) =>
      estimate({
        row,
        usage: usages[row.name],
        templates: { Database: templateOf(row, 'Database') },
        prices: priceList,
      });
    for (const row of [dev, prod]) expect(costOf(row).problems).toEqual([]);
    const usd = (price: string) => priceList.prices[price]?.usd ?? Number.NaN;
    const machines = costOf(prod).lines.find(({ type }) => type === 'AWS::RDS::DBInstance');
    expect(machines?.monthlyUsd).toBeCloseTo(2 * (730 * usd('rds:db.m8g.xlarge') + 100 * usd('rds-gp3')), 6);
  });
});

describe('an instance that stands alone is refused', () => {
  const template = templateOf(prod, 'Database');
  const [id, instance] = Object.entries(template.Resources ?? {}).find(
    ([, { Type }]) => Type === 'AWS::RDS::DBInstance',
  ) as [string, Resource];
  const brokenWith = (change: Readonly<Record<string, unknown>>) => {
    const spoilt = { ...instance, Properties: { ...instance.Properties, ...change } };
    return breaksOf(platformRules, { ...template, Resources: { ...template.Resources, [id]: spoilt } })
      .filter(({ logicalId }) => logicalId === id)
      .map(({ rule }) => rule);
  };

  test('not as it is', () => expect(brokenWith({})).toEqual([]));

  test.each([
    ['without encryption', { StorageEncrypted: false }, 'Platform-RDS1'],
    ['under a key of RDS', { KmsKeyId: undefined }, 'Platform-RDS1'],
    ['without backups', { BackupRetentionPeriod: 0 }, 'Platform-RDS2'],
    ['with parameters that force no TLS', { DBParameterGroupName: 'default.postgres17' }, 'Platform-RDS3'],
    ['without its log', { EnableCloudwatchLogsExports: undefined }, 'Platform-RDS4'],
    ['on the internet', { PubliclyAccessible: true }, 'Platform-RDS5'],
    ['with a password in the template', { MasterUserPassword: 'written' }, 'Platform-RDS6'],
  ])('%s', (_, change, rule) => expect(brokenWith(change)).toEqual([rule]));
});
