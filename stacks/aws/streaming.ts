import { type ISecurityGroup, type IVpc, type SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnCluster, CfnConfiguration } from 'aws-cdk-lib/aws-msk';
import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import type { AwsCustomResource } from 'aws-cdk-lib/custom-resources';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { kafkaClusterName, kafkaLogGroupName, stackName } from '../naming.ts';
import { createBrokerGate } from './broker-gate.ts';
import { encryptionKey } from './encryption.ts';
import { logKey } from './log-key.ts';
import { createScramUser } from './scram-user.ts';
import { SdkAnswers } from './sdk-answers.ts';
import { watchStreaming } from './streaming-alarms.ts';
import { createTopics } from './topics.ts';

const kafkaVersion = '3.9.x.kraft';
/** One in each zone: every record is in all three, two of them before it counts as written. */
const brokers = 3;

/** The Kafka cluster with its topics: IAM for pods and the function, a SCRAM user for the other cloud, nobody else. */
export class StreamingStack extends Stack {
  readonly cluster: CfnCluster;
  readonly clusterArn: string;
  readonly securityGroup: SecurityGroup;
  /** Comma-separated `host:port` of the brokers, for clients that sign in with IAM. */
  readonly iamBootstrap: string;
  /** The same for clients that sign in with SCRAM. */
  readonly scramBootstrap: string;

  constructor(scope: Construct, row: Environment, { vpc, clients }: { vpc: IVpc; clients: ISecurityGroup }) {
    super(scope, stackName(row, 'Streaming'), { env: { account: row.account, region: row.region } });
    const key = encryptionKey(this, row, 'records of Kafka');
    const forLogs = logKey(this, 'LogKey', row);
    this.securityGroup = createBrokerGate(this, row, vpc, clients);
    this.cluster = this.#cluster(row, vpc, { records: key, logs: forLogs });
    this.clusterArn = this.cluster.attrArn;
    const user = createScramUser(this, row, this.clusterArn);
    watchStreaming(this, row);
    createTopics(this, row, { arn: this.clusterArn, ready: user, brokers });

    const answer = this.#bootstrap(row, forLogs);
    this.iamBootstrap = answer.getResponseField('BootstrapBrokerStringSaslIam');
    this.scramBootstrap = answer.getResponseField('BootstrapBrokerStringSaslScram');
    new CfnOutput(this, 'KafkaClusterArn', { value: this.clusterArn });
    new CfnOutput(this, 'KafkaIamBootstrap', { value: this.iamBootstrap });
    new CfnOutput(this, 'KafkaScramBootstrap', { value: this.scramBootstrap });
  }

  #cluster(row: Environment, vpc: IVpc, keys: { records: Key; logs: Key }): CfnCluster {
    const log = new LogGroup(this, 'BrokerLog', {
      logGroupName: kafkaLogGroupName(row),
      encryptionKey: keys.logs,
      retention: row.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const { brokers: kind } = row.kafka;
    const configuration = new CfnConfiguration(this, 'Configuration', {
      name: kafkaClusterName(row),
      kafkaVersionsList: [kafkaVersion],
      serverProperties: lines({
        'auto.create.topics.enable': 'false',
        // Otherwise a SCRAM user may do anything for as long as no ACL names it.
        'allow.everyone.if.no.acl.found': 'false',
        // Express brokers have these fixed, and refuse a configuration that sets them.
        ...(kind.kind === 'standard'
          ? {
              'default.replication.factor': String(brokers),
              'min.insync.replicas': '2',
              'unclean.leader.election.enable': 'false',
            }
          : {}),
      }),
    });
    return new CfnCluster(this, 'Cluster', {
      clusterName: kafkaClusterName(row),
      kafkaVersion,
      numberOfBrokerNodes: brokers,
      brokerNodeGroupInfo: {
        instanceType: kind.instanceType,
        clientSubnets: vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_ISOLATED }).subnetIds,
        securityGroups: [this.securityGroup.securityGroupId],
        ...(kind.kind === 'standard' ? { storageInfo: { ebsStorageInfo: { volumeSize: kind.storageGiB } } } : {}),
      },
      clientAuthentication: {
        sasl: { iam: { enabled: true }, scram: { enabled: true } },
        unauthenticated: { enabled: false },
      },
      encryptionInfo: {
        encryptionAtRest: { dataVolumeKmsKeyId: keys.records.keyArn },
        encryptionInTransit: { clientBroker: 'TLS', inCluster: true },
      },
      configurationInfo: {
        arn: configuration.attrArn,
        revision: configuration.attrLatestRevisionRevision,
      },
      enhancedMonitoring: 'PER_TOPIC_PER_BROKER',
      loggingInfo: { brokerLogs: { cloudWatchLogs: { enabled: true, logGroup: log.logGroupName } } },
    });
  }

  #bootstrap(row: Environment, forLogs: Key): AwsCustomResource {
    return new SdkAnswers(this, 'Answers', row, forLogs).read('Bootstrap', {
      service: 'Kafka',
      action: 'GetBootstrapBrokers',
      parameters: { ClusterArn: this.clusterArn },
      outputs: ['BootstrapBrokerStringSaslIam', 'BootstrapBrokerStringSaslScram'],
      subject: `${kafkaClusterName(row)}-bootstrap`,
      permission: { action: 'kafka:GetBootstrapBrokers', resource: this.clusterArn },
    });
  }
}

const lines = (settings: Readonly<Record<string, string>>): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
