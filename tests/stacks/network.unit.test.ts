import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { awsApp } from '../../stacks/aws/app.ts';
import { NetworkStack } from '../../stacks/aws/network.ts';
import { type Environment, environments } from '../../stacks/environments.ts';

const { dev, prod } = environments;
const synthesized = (row: Environment) => Template.fromStack(new NetworkStack(awsApp([row]), row));
const templates = { dev: synthesized(dev), prod: synthesized(prod) };

describe.each(['dev', 'prod'] as const)('the network of %s', (name) => {
  const row = environments[name];
  const template = templates[name];
  const subnets = Object.values(template.findResources('AWS::EC2::Subnet')).map((one) => one.Properties);

  test('has a public, a private and an isolated subnet in each of the three zones', () => {
    expect(subnets).toHaveLength(9);
    for (const zone of row.availabilityZones)
      expect(subnets.filter((one) => one.AvailabilityZone === zone)).toHaveLength(3);
  });

  test('gives no machine a public address by itself', () => {
    expect(subnets.filter((one) => one.MapPublicIpOnLaunch !== false)).toEqual([]);
  });

  test('leaves isolated subnets without a way out, and private ones with a NAT gateway', () => {
    const routes = Object.values(template.findResources('AWS::EC2::Route')).map((one) => one.Properties);
    expect(routes.filter((one) => one.GatewayId !== undefined)).toHaveLength(3);
    expect(routes.filter((one) => one.NatGatewayId !== undefined)).toHaveLength(3);
    expect(routes).toHaveLength(6);
    template.resourceCountIs('AWS::EC2::NatGateway', row.natGateways);
  });

  test('reaches S3 and DynamoDB from every route table without paying for the way', () => {
    const gateways = Object.values(template.findResources('AWS::EC2::VPCEndpoint')).filter(
      (one) => one.Properties.VpcEndpointType === 'Gateway',
    );
    expect(gateways.map((one) => one.Properties.RouteTableIds.length)).toEqual([9, 9]);
  });

  test('lets only its own addresses use the endpoints, over HTTPS', () => {
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: Match.stringLikeRegexp('^HTTPS from inside'),
      SecurityGroupIngress: [{ CidrIp: row.vpcCidr, FromPort: 443, ToPort: 443, IpProtocol: 'tcp' }].map(
        Match.objectLike,
      ),
    });
    const endpoints = Object.values(template.findResources('AWS::EC2::VPCEndpoint')).filter(
      (one) => one.Properties.VpcEndpointType === 'Interface',
    );
    expect(endpoints).toHaveLength(7);
    for (const { Properties } of endpoints) {
      expect(Properties.PrivateDnsEnabled).toBe(true);
      expect(Properties.SubnetIds).toHaveLength(row.natGateways);
      expect(Properties.SecurityGroupIds).toHaveLength(1);
    }
  });

  test('logs every flow under a key that only this account and region may use for logs', () => {
    template.hasResourceProperties('AWS::EC2::FlowLog', { ResourceType: 'VPC', TrafficType: 'ALL' });
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      KmsKeyId: Match.anyValue(),
      RetentionInDays: row.logRetentionDays,
    });
    template.hasResourceProperties('AWS::KMS::Key', {
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { Service: `logs.${row.region}.amazonaws.com` },
            Condition: {
              ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${row.region}:${row.account}:*` },
            },
          }),
        ]),
      },
    });
  });
});
