import {
  aws_dynamodb as dynamodb,
  aws_ec2 as ec2,
  aws_ecr as ecr,
  aws_eks_v2 as eks,
  aws_elasticloadbalancingv2 as elb,
  aws_iam as iam,
  aws_kms as kms,
  aws_lambda as lambda,
  aws_logs as logs,
  aws_msk as msk,
  aws_rds as rds,
  aws_s3 as s3,
  aws_secretsmanager as secrets,
  aws_sns as sns,
  aws_sqs as sqs,
  aws_wafv2 as waf,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';

type Plant = {
  /** Ids of the findings that must name it, and nothing less. */
  readonly named: readonly string[];
  readonly plant: (scope: Construct) => unknown;
};

const allow = (action: string | readonly string[], resource: string, principal?: unknown) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: action,
      Resource: resource,
      ...(principal === undefined ? {} : { Principal: principal }),
    },
  ],
});
const open = { ipProtocol: 'tcp', cidrIp: '0.0.0.0/0', description: 'everybody' };
const ingress = (scope: Construct, rule: { fromPort: number; toPort: number; ipProtocol: string; cidrIp: string }) =>
  new ec2.CfnSecurityGroup(scope, 'Group', {
    groupDescription: 'planted',
    vpcId: 'vpc-1',
    securityGroupIngress: [rule],
  });
const clusterOf = (scope: Construct, more: Partial<eks.CfnClusterProps> = {}) =>
  new eks.CfnCluster(scope, 'Cluster', {
    roleArn: 'arn:aws:iam::111111111111:role/cluster',
    resourcesVpcConfig: { subnetIds: ['subnet-1', 'subnet-2'], endpointPublicAccess: true },
    ...more,
  });
const databaseOf = (scope: Construct, more: Partial<rds.CfnDBClusterProps> = {}) =>
  new rds.CfnDBCluster(scope, 'Database', { engine: 'aurora-postgresql', ...more });
const brokersOf = (scope: Construct, more: Partial<msk.CfnClusterProps> = {}) =>
  new msk.CfnCluster(scope, 'Kafka', {
    clusterName: 'planted',
    kafkaVersion: '3.9.x',
    numberOfBrokerNodes: 3,
    brokerNodeGroupInfo: {
      clientSubnets: ['subnet-1', 'subnet-2', 'subnet-3'],
      instanceType: 'kafka.m7g.large',
      connectivityInfo: { publicAccess: { type: 'SERVICE_PROVIDED_EIPS' } },
    },
    ...more,
  });
const balancerOf = (scope: Construct) =>
  new elb.CfnLoadBalancer(scope, 'Balancer', { scheme: 'internet-facing', subnets: ['subnet-1', 'subnet-2'] });
const functionOf = (scope: Construct) =>
  new lambda.CfnFunction(scope, 'Function', {
    code: { zipFile: 'exports.handler = () => {}' },
    handler: 'index.handler',
    role: 'arn:aws:iam::111111111111:role/function',
    runtime: 'nodejs18.x',
    environment: { variables: { DATABASE_PASSWORD: 'hunter2' } },
  });
const policyOf = (scope: Construct, document: unknown) =>
  new iam.CfnPolicy(scope, 'Policy', { policyName: 'planted', policyDocument: document, roles: ['somebody'] });

/** Mistakes that a hurried hand makes, each in a construct of its own name. The gates must name every one. */
export const planted: Readonly<Record<string, Plant>> = {
  'public cluster endpoint': { named: ['Platform-EKS1'], plant: (scope) => clusterOf(scope) },
  'cluster without logs': { named: ['Platform-EKS2'], plant: (scope) => clusterOf(scope) },
  'cluster with readable secrets': { named: ['Platform-EKS3'], plant: (scope) => clusterOf(scope) },
  'deployer administers the cluster': { named: ['Platform-EKS4'], plant: (scope) => clusterOf(scope) },
  'role of a pod for every machine': {
    named: ['Platform-EKS5'],
    plant: (scope) =>
      new eks.CfnPodIdentityAssociation(scope, 'Identity', {
        clusterName: 'planted',
        namespace: 'planted',
        serviceAccount: 'planted',
        roleArn: new iam.CfnRole(scope, 'Role', {
          assumeRolePolicyDocument: {
            Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }],
          },
        }).attrArn,
      }),
  },
  'policy that writes everywhere': {
    named: ['Platform-IAM1', 'AwsSolutions-IAM5[Resource::*]'],
    plant: (scope) => policyOf(scope, allow('dynamodb:PutItem', '*')),
  },
  'policy with every action of a service': {
    named: ['Platform-IAM2', 'AwsSolutions-IAM5[Action::s3:*]'],
    plant: (scope) => policyOf(scope, allow('s3:*', 'arn:aws:s3:::one')),
  },
  'policy of all but one': {
    named: ['Platform-IAM5'],
    plant: (scope) =>
      policyOf(scope, { Statement: [{ Effect: 'Allow', NotAction: 'iam:CreateUser', Resource: 'arn:aws:s3:::one' }] }),
  },
  'role for anybody': {
    named: ['Platform-IAM3'],
    plant: (scope) =>
      new iam.CfnRole(scope, 'Role', {
        assumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '*' } }],
        },
      }),
  },
  'managed administrator': {
    named: ['AwsSolutions-IAM4[Policy::arn:aws:iam::aws:policy/AdministratorAccess]'],
    plant: (scope) =>
      new iam.CfnRole(scope, 'Role', {
        assumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
        },
        managedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
      }),
  },
  'bucket policy for anybody': {
    named: ['Platform-IAM4'],
    plant: (scope) =>
      new s3.CfnBucketPolicy(scope, 'Policy', {
        bucket: 'one',
        policyDocument: allow('s3:GetObject', 'arn:aws:s3:::one/*', '*'),
      }),
  },
  'bucket without encryption': { named: ['Platform-S31'], plant: (scope) => new s3.CfnBucket(scope, 'Bucket') },
  'public bucket': {
    named: ['Platform-S32', 'AwsSolutions-S2'],
    plant: (scope) => new s3.CfnBucket(scope, 'Bucket', { publicAccessBlockConfiguration: { blockPublicAcls: false } }),
  },
  'bucket without access log': { named: ['AwsSolutions-S1'], plant: (scope) => new s3.CfnBucket(scope, 'Bucket') },
  'bucket over plain HTTP': { named: ['AwsSolutions-S10'], plant: (scope) => new s3.CfnBucket(scope, 'Bucket') },
  'bucket that only grows': { named: ['Platform-S33'], plant: (scope) => new s3.CfnBucket(scope, 'Bucket') },
  'table without encryption': {
    named: ['Platform-DDB1'],
    plant: (scope) =>
      new dynamodb.TableV2(scope, 'Table', {
        partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
        encryption: dynamodb.TableEncryptionV2.dynamoOwnedKey(),
      }),
  },
  'table without backups': {
    named: ['Platform-DDB2'],
    plant: (scope) =>
      new dynamodb.TableV2(scope, 'Table', { partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING } }),
  },
  'table that one call deletes': {
    named: ['Platform-DDB3'],
    plant: (scope) =>
      new dynamodb.TableV2(scope, 'Table', { partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING } }),
  },
  'database without encryption': {
    named: ['Platform-RDS1', 'AwsSolutions-RDS2'],
    plant: (scope) => databaseOf(scope, { storageEncrypted: false }),
  },
  'database with a day of backups': {
    named: ['Platform-RDS2'],
    plant: (scope) => databaseOf(scope, { backupRetentionPeriod: 1 }),
  },
  'database without TLS': { named: ['Platform-RDS3'], plant: (scope) => databaseOf(scope) },
  'database without log': { named: ['Platform-RDS4'], plant: (scope) => databaseOf(scope) },
  'database without IAM': { named: ['AwsSolutions-RDS6'], plant: (scope) => databaseOf(scope) },
  'database that one call deletes': {
    named: ['AwsSolutions-RDS10'],
    plant: (scope) => databaseOf(scope, { deletionProtection: false }),
  },
  'database on the internet': {
    named: ['Platform-RDS5'],
    plant: (scope) =>
      new rds.CfnDBInstance(scope, 'Instance', {
        engine: 'aurora-postgresql',
        dbInstanceClass: 'db.serverless',
        publiclyAccessible: true,
      }),
  },
  'password in the template': {
    named: ['Platform-RDS6'],
    plant: (scope) => databaseOf(scope, { masterUsername: 'root', masterUserPassword: 'hunter2hunter2' }),
  },
  'brokers without TLS to clients': {
    named: ['Platform-MSK1', 'AwsSolutions-MSK2'],
    plant: (scope) =>
      brokersOf(scope, { encryptionInfo: { encryptionInTransit: { clientBroker: 'PLAINTEXT', inCluster: true } } }),
  },
  'brokers without TLS among them': {
    named: ['AwsSolutions-MSK3'],
    plant: (scope) => brokersOf(scope, { encryptionInfo: { encryptionInTransit: { inCluster: false } } }),
  },
  'brokers without a key': { named: ['Platform-MSK2'], plant: (scope) => brokersOf(scope) },
  'brokers that trust everybody': {
    named: ['Platform-MSK3'],
    plant: (scope) => brokersOf(scope, { clientAuthentication: { unauthenticated: { enabled: true } } }),
  },
  'brokers on the internet': { named: ['Platform-MSK4'], plant: (scope) => brokersOf(scope) },
  'brokers without log': { named: ['AwsSolutions-MSK6'], plant: (scope) => brokersOf(scope) },
  'security group open to all ports': {
    named: ['Platform-NET1', 'AwsSolutions-EC23'],
    plant: (scope) => ingress(scope, { ...open, fromPort: 0, toPort: 65_535 }),
  },
  'database port open to the internet': {
    named: ['Platform-NET1', 'AwsSolutions-EC23'],
    plant: (scope) => ingress(scope, { ...open, fromPort: 5432, toPort: 5432 }),
  },
  'subnet with public addresses': {
    named: ['Platform-NET2'],
    plant: (scope) =>
      new ec2.CfnSubnet(scope, 'Subnet', { vpcId: 'vpc-1', cidrBlock: '10.0.0.0/24', mapPublicIpOnLaunch: true }),
  },
  'network without flow logs': {
    named: ['Platform-NET3', 'AwsSolutions-VPC7'],
    plant: (scope) => new ec2.CfnVPC(scope, 'Vpc', { cidrBlock: '10.0.0.0/16' }),
  },
  'load balancer over plain HTTP': {
    named: ['Platform-ELB1'],
    plant: (scope) =>
      new elb.CfnListener(scope, 'Listener', {
        loadBalancerArn: balancerOf(scope).ref,
        port: 80,
        protocol: 'HTTP',
        defaultActions: [{ type: 'forward', targetGroupArn: 'arn' }],
      }),
  },
  'load balancer with old TLS': {
    named: ['Platform-ELB2'],
    plant: (scope) =>
      new elb.CfnListener(scope, 'Listener', {
        loadBalancerArn: balancerOf(scope).ref,
        port: 443,
        protocol: 'HTTPS',
        sslPolicy: 'ELBSecurityPolicy-2016-08',
        certificates: [{ certificateArn: 'arn' }],
        defaultActions: [{ type: 'forward', targetGroupArn: 'arn' }],
      }),
  },
  'load balancer that passes malformed headers': { named: ['Platform-ELB3'], plant: balancerOf },
  'load balancer without firewall': { named: ['Platform-ELB4'], plant: balancerOf },
  'load balancer without log': { named: ['Platform-ELB5', 'AwsSolutions-ELB2'], plant: balancerOf },
  'firewall without rate limit': {
    named: ['Platform-WAF1'],
    plant: (scope) =>
      new waf.CfnWebACL(scope, 'Firewall', {
        scope: 'REGIONAL',
        defaultAction: { allow: {} },
        visibilityConfig: { cloudWatchMetricsEnabled: false, metricName: 'planted', sampledRequestsEnabled: false },
      }),
  },
  'function on an old runtime': { named: ['AwsSolutions-L1', 'Serverless-LambdaLatestVersion'], plant: functionOf },
  'function with a secret in its environment': { named: ['Platform-LAM1'], plant: functionOf },
  'function for anybody': {
    named: ['Platform-LAM2'],
    plant: (scope) =>
      new lambda.CfnPermission(scope, 'Permission', {
        action: 'lambda:InvokeFunction',
        functionName: 'one',
        principal: '*',
      }),
  },
  'queue without encryption': {
    named: ['Platform-SQS1', 'AwsSolutions-SQS3', 'AwsSolutions-SQS4'],
    plant: (scope) => new sqs.CfnQueue(scope, 'Queue', { sqsManagedSseEnabled: false }),
  },
  'topic without encryption': {
    named: ['Platform-SNS1', 'AwsSolutions-SNS3'],
    plant: (scope) => new sns.CfnTopic(scope, 'Topic'),
  },
  'repository with movable tags': {
    named: ['Platform-ECR1', 'Platform-ECR2', 'Platform-ECR3'],
    plant: (scope) => new ecr.CfnRepository(scope, 'Repository', { imageTagMutability: 'MUTABLE' }),
  },
  'log that is kept for ever': {
    named: ['Platform-LOG1', 'Serverless-CloudWatchLogGroupRetentionPeriod'],
    plant: (scope) => new logs.CfnLogGroup(scope, 'Log'),
  },
  'secret in the template': {
    named: ['Platform-SMG1', 'AwsSolutions-SMG4'],
    plant: (scope) => new secrets.CfnSecret(scope, 'Secret', { secretString: 'hunter2' }),
  },
  'key that never rotates': {
    named: ['AwsSolutions-KMS5'],
    plant: (scope) =>
      new kms.CfnKey(scope, 'Key', {
        keyPolicy: allow('kms:*', '*', { AWS: 'arn:aws:iam::111111111111:root' }),
        enableKeyRotation: false,
      }),
  },
};
