import type { Rule } from './rule.ts';
import { at, list, on, type Properties } from './template.ts';

const tables = ['AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table'];
const bucket = ['AWS::S3::Bucket'];
const database = ['AWS::RDS::DBCluster', 'AWS::RDS::DBInstance'];
/** An instance of a cluster has from it what these rules look for. */
const standing =
  (broken: Rule['broken']): Rule['broken'] =>
  (properties, resource, ...rest) => {
    const inCluster = resource.Type === 'AWS::RDS::DBInstance' && properties.DBClusterIdentifier !== undefined;
    return !inCluster && broken(properties, resource, ...rest);
  };

const everyCopy = (properties: Properties, holds: (copy: unknown) => boolean): boolean => {
  const copies = list(properties.Replicas);
  return (copies.length === 0 ? [properties] : copies).every(holds);
};

/** Stores: encrypted with keys of this account, restorable, and not deleted by a slip. The packs do not see global tables. */
export const dataRules = [
  {
    id: 'Platform-DDB1',
    says: 'The table is not encrypted with a key of KMS.',
    types: tables,
    broken: (properties) =>
      !on(at(properties, 'SSESpecification.SSEEnabled')) || at(properties, 'SSESpecification.SSEType') !== 'KMS',
  },
  {
    id: 'Platform-DDB2',
    says: 'The table cannot be restored to a point in time.',
    types: tables,
    broken: (properties) =>
      !everyCopy(properties, (copy) => on(at(copy, 'PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled'))),
  },
  {
    id: 'Platform-DDB3',
    says: 'The table outlives its stack but may be deleted by one call.',
    types: tables,
    broken: (properties, resource) =>
      resource.DeletionPolicy === 'Retain' &&
      !everyCopy(properties, (copy) => on(at(copy, 'DeletionProtectionEnabled'))),
  },
  {
    id: 'Platform-S31',
    says: 'The bucket does not name how it is encrypted.',
    types: bucket,
    broken: (properties) =>
      at(properties, 'BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault') ===
      undefined,
  },
  {
    id: 'Platform-S32',
    says: 'The bucket may become public.',
    types: bucket,
    broken: (properties) =>
      ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'].some(
        (setting) => !on(at(properties, `PublicAccessBlockConfiguration.${setting}`)),
      ),
  },
  {
    id: 'Platform-S33',
    says: 'Objects of the bucket never expire and no lifecycle says so.',
    types: bucket,
    broken: (properties) => list(at(properties, 'LifecycleConfiguration.Rules')).length === 0,
  },
  {
    id: 'Platform-RDS1',
    says: 'The storage of the database is not encrypted with a key of this account.',
    types: database,
    broken: standing(({ StorageEncrypted, KmsKeyId }) => !on(StorageEncrypted) || KmsKeyId === undefined),
  },
  {
    id: 'Platform-RDS2',
    says: 'Backups of the database are kept for less than a week.',
    types: database,
    broken: standing(({ BackupRetentionPeriod }) => !(Number(BackupRetentionPeriod) >= 7)),
  },
  {
    id: 'Platform-RDS3',
    says: 'The database accepts connections without TLS.',
    types: database,
    broken: standing(({ DBClusterParameterGroupName, DBParameterGroupName }, _, template) => {
      const group = template.Resources?.[String(at(DBClusterParameterGroupName ?? DBParameterGroupName, 'Ref'))];
      const parameters = at(group, 'Properties.Parameters') as Properties | undefined;
      return String(parameters?.['rds.force_ssl']) !== '1';
    }),
  },
  {
    id: 'Platform-RDS4',
    says: 'The database does not export its log.',
    types: database,
    broken: standing(({ EnableCloudwatchLogsExports }) => !list(EnableCloudwatchLogsExports).includes('postgresql')),
  },
  {
    id: 'Platform-RDS5',
    says: 'The database has an address on the internet.',
    types: ['AWS::RDS::DBInstance'],
    broken: ({ PubliclyAccessible }) => on(PubliclyAccessible),
  },
  {
    id: 'Platform-RDS6',
    says: 'The password of the administrator is written in the template.',
    types: database,
    broken: ({ MasterUserPassword }) => typeof MasterUserPassword === 'string',
  },
] satisfies readonly Rule[];
