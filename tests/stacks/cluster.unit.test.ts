import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { awsApp } from '../../stacks/aws/app.ts';
import { ClusterStack } from '../../stacks/aws/cluster.ts';
import { NetworkStack } from '../../stacks/aws/network.ts';
import { type Environment, environments } from '../../stacks/environments.ts';

const { dev, prod } = environments;
function synthesized(row: Environment): Template {
  const app = awsApp([row]);
  return Template.fromStack(new ClusterStack(app, row, new NetworkStack(app, row)));
}
const templates = { dev: synthesized(dev), prod: synthesized(prod) };
const cluster = (name: 'dev' | 'prod') =>
  Object.values(templates[name].findResources('AWS::EKS::Cluster')).map((one) => one.Properties)[0];

test('the address of the cluster in prod is private', () => {
  expect(cluster('prod').ResourcesVpcConfig).toMatchObject({
    EndpointPrivateAccess: true,
    EndpointPublicAccess: false,
  });
});

test('the address of the cluster in dev is open to the ranges of its row only', () => {
  expect(cluster('dev').ResourcesVpcConfig).toMatchObject({
    EndpointPrivateAccess: true,
    EndpointPublicAccess: true,
    PublicAccessCidrs: dev.cluster.publicEndpointCidrs,
  });
});

describe.each(['dev', 'prod'] as const)('the cluster of %s', (name) => {
  const template = templates[name];

  test('runs in Auto Mode in the private subnets', () => {
    expect(cluster(name)).toMatchObject({
      Version: '1.36',
      ComputeConfig: { Enabled: true, NodePools: ['system', 'general-purpose'] },
      StorageConfig: { BlockStorage: { Enabled: true } },
      KubernetesNetworkConfig: { ElasticLoadBalancing: { Enabled: true } },
    });
    const subnets = JSON.stringify(cluster(name).ResourcesVpcConfig.SubnetIds);
    expect(subnets.match(/PrivateSubnet/g)).toHaveLength(3);
    expect(subnets).not.toMatch(/PublicSubnet|IsolatedSubnet/);
  });

  test('writes all five kinds of log into a group that is encrypted and ends', () => {
    expect(
      cluster(name)
        .Logging.ClusterLogging.EnabledTypes.map((one: { Type: string }) => one.Type)
        .sort(),
    ).toEqual(['api', 'audit', 'authenticator', 'controllerManager', 'scheduler']);
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: `/aws/eks/ecommerce-${name}/cluster`,
      KmsKeyId: Match.anyValue(),
      RetentionInDays: environments[name].logRetentionDays,
    });
  });

  test('encrypts secrets with a key of its own', () => {
    expect(cluster(name).EncryptionConfig).toMatchObject([
      { Provider: { KeyArn: { 'Fn::GetAtt': [expect.stringMatching(/^SecretsKey/), 'Arn'] } }, Resources: ['secrets'] },
    ]);
  });

  test("has the row's role as its only administrator, not whoever deployed it", () => {
    expect(cluster(name).AccessConfig).toEqual({
      AuthenticationMode: 'API',
      BootstrapClusterCreatorAdminPermissions: false,
    });
    const entries = Object.values(template.findResources('AWS::EKS::AccessEntry')).map((one) => one.Properties);
    expect(entries.map((one) => one.PrincipalArn)).toEqual([environments[name].cluster.administratorRoleArn]);
    expect(JSON.stringify(entries[0]?.AccessPolicies)).toMatch(/AmazonEKSClusterAdminPolicy/);
  });

  test('has what the autoscalers read, and no function that runs kubectl', () => {
    template.hasResourceProperties('AWS::EKS::Addon', { AddonName: 'metrics-server' });
    template.resourceCountIs('AWS::Lambda::Function', 0);
    template.resourceCountIs('AWS::CloudFormation::Stack', 0);
  });

  test('lets nodes register and pull, and nothing else', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: Match.objectLike({
        Statement: [Match.objectLike({ Principal: { Service: 'ec2.amazonaws.com' } })],
      }),
      ManagedPolicyArns: ['AmazonEKSWorkerNodeMinimalPolicy', 'AmazonEC2ContainerRegistryPullOnly'].map((policy) => ({
        'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::aws:policy/${policy}`]],
      })),
    });
  });
});
