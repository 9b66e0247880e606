import type { Rule } from './rule.ts';
import { at, list, on } from './template.ts';

const kafka = ['AWS::MSK::Cluster'];

/** Kafka, the function behind it and what they write to. */
export const streamingRules = [
  {
    id: 'Platform-MSK1',
    says: 'Brokers talk to clients without TLS.',
    types: kafka,
    broken: (properties) => at(properties, 'EncryptionInfo.EncryptionInTransit.ClientBroker') !== 'TLS',
  },
  {
    id: 'Platform-MSK2',
    says: 'Data of the brokers is not encrypted with a key of this account.',
    types: kafka,
    broken: (properties) => at(properties, 'EncryptionInfo.EncryptionAtRest.DataVolumeKMSKeyId') === undefined,
  },
  {
    id: 'Platform-MSK3',
    says: 'Brokers do not ask clients who they are.',
    types: kafka,
    broken: (properties) =>
      on(at(properties, 'ClientAuthentication.Unauthenticated.Enabled')) ||
      !on(at(properties, 'ClientAuthentication.Sasl.Iam.Enabled')),
  },
  {
    id: 'Platform-MSK4',
    says: 'Brokers have an address on the internet.',
    types: kafka,
    broken: (properties) => {
      const access = at(properties, 'BrokerNodeGroupInfo.ConnectivityInfo.PublicAccess.Type');
      return access !== undefined && access !== 'DISABLED';
    },
  },
  {
    id: 'Platform-LAM1',
    says: 'A secret is written into the environment of the function.',
    types: ['AWS::Lambda::Function'],
    broken: (properties) =>
      Object.entries(at(properties, 'Environment.Variables') ?? {}).some(
        ([name, value]) => /PASSWORD|SECRET|TOKEN|PRIVATE_KEY/.test(name) && typeof value === 'string',
      ),
  },
  {
    id: 'Platform-LAM2',
    says: 'Anybody may call the function.',
    types: ['AWS::Lambda::Permission'],
    broken: ({ Principal }) => Principal === '*',
  },
  {
    id: 'Platform-SQS1',
    says: 'The queue is not encrypted.',
    types: ['AWS::SQS::Queue'],
    broken: ({ KmsMasterKeyId, SqsManagedSseEnabled }) => KmsMasterKeyId === undefined && !on(SqsManagedSseEnabled),
  },
  {
    id: 'Platform-SNS1',
    says: 'The topic is not encrypted.',
    types: ['AWS::SNS::Topic'],
    broken: ({ KmsMasterKeyId }) => KmsMasterKeyId === undefined,
  },
  {
    id: 'Platform-ECR1',
    says: 'A tag of an image may be moved to another image.',
    types: ['AWS::ECR::Repository'],
    broken: ({ ImageTagMutability }) => ImageTagMutability !== 'IMMUTABLE',
  },
  {
    id: 'Platform-ECR2',
    says: 'Images are not looked through for known weaknesses when they arrive.',
    types: ['AWS::ECR::Repository'],
    broken: (properties) => !on(at(properties, 'ImageScanningConfiguration.ScanOnPush')),
  },
  {
    id: 'Platform-ECR3',
    says: 'Images are not encrypted with a key of KMS.',
    types: ['AWS::ECR::Repository'],
    broken: (properties) => at(properties, 'EncryptionConfiguration.EncryptionType') !== 'KMS',
  },
  {
    id: 'Platform-LOG1',
    says: 'The log is kept for ever, or is not encrypted with a key of this account.',
    types: ['AWS::Logs::LogGroup'],
    broken: ({ RetentionInDays, KmsKeyId }) => RetentionInDays === undefined || KmsKeyId === undefined,
  },
  {
    id: 'Platform-SMG1',
    says: 'The secret is not encrypted with a key of this account, or stands in the template.',
    types: ['AWS::SecretsManager::Secret'],
    broken: ({ KmsKeyId, SecretString }) => KmsKeyId === undefined || list(SecretString).length > 0,
  },
] satisfies readonly Rule[];
