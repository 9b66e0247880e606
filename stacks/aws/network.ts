import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { stackName } from '../naming.ts';
import { removalOf } from './encryption.ts';
import { logKey } from './log-key.ts';

/** What is reached without leaving the VPC, and who would stand still without it. */
const interfaceEndpoints = {
  // The event source of the notification function polls from the brokers' subnets, which have no way out
  // (https://docs.aws.amazon.com/lambda/latest/dg/with-msk-cluster-network.html).
  Lambda: InterfaceVpcEndpointAwsService.LAMBDA,
  Sts: InterfaceVpcEndpointAwsService.STS,
  // Every pod's credentials come from here (EKS Pod Identity).
  EksAuth: InterfaceVpcEndpointAwsService.EKS_AUTH,
  // Images are pulled while a NAT gateway is down, and their bytes are not paid for there.
  EcrApi: InterfaceVpcEndpointAwsService.ECR,
  EcrDocker: InterfaceVpcEndpointAwsService.ECR_DOCKER,
  // External Secrets reads secrets and parameters.
  SecretsManager: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  Ssm: InterfaceVpcEndpointAwsService.SSM,
} as const;

/** Three zones: public subnets for the load balancer only, private ones for pods, isolated ones for the stores. */
export class NetworkStack extends Stack {
  readonly vpc: Vpc;

  constructor(scope: Construct, row: Environment) {
    super(scope, stackName(row, 'Network'), {
      env: { account: row.account, region: row.region },
      description: 'VPC of three zones, its endpoints and its flow logs',
    });
    this.vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(row.vpcCidr),
      availabilityZones: [...row.availabilityZones],
      natGateways: row.natGateways,
      subnetConfiguration: [
        { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
        { name: 'Private', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 19 },
        { name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
      gatewayEndpoints: {
        S3: { service: GatewayVpcEndpointAwsService.S3 },
        DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
      },
    });
    this.addInterfaceEndpoints(row);
    this.addFlowLogs(row);
  }

  private addInterfaceEndpoints(row: Environment): void {
    const securityGroup = new SecurityGroup(this, 'Endpoints', {
      vpc: this.vpc,
      description: 'HTTPS from inside the VPC to the endpoints of AWS services',
      allowAllOutbound: false,
    });
    securityGroup.addIngressRule(Peer.ipv4(row.vpcCidr), Port.tcp(443), 'HTTPS from the VPC');
    // As many zones as there are NAT gateways: an environment that accepts one zone's failure pays for one.
    const availabilityZones = row.availabilityZones.slice(0, row.natGateways);
    for (const [id, service] of Object.entries(interfaceEndpoints))
      this.vpc.addInterfaceEndpoint(id, {
        service,
        open: false,
        securityGroups: [securityGroup],
        subnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS, availabilityZones },
      });
  }

  private addFlowLogs(row: Environment): void {
    const logGroup = new LogGroup(this, 'FlowLogGroup', {
      encryptionKey: logKey(this, 'LogKey', row),
      retention: row.logRetentionDays,
      removalPolicy: removalOf(row),
    });
    this.vpc.addFlowLog('FlowLogs', {
      destination: FlowLogDestination.toCloudWatchLogs(logGroup),
      trafficType: FlowLogTrafficType.ALL,
    });
  }
}
