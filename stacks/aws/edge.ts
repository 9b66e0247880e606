import { Certificate, CertificateValidation, KeyAlgorithm } from 'aws-cdk-lib/aws-certificatemanager';
import {
  CfnSecurityGroupIngress,
  type ISecurityGroup,
  type IVpc,
  Port,
  SecurityGroup,
  SubnetType,
} from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ApplicationTargetGroup,
  DesyncMitigationMode,
  SslPolicy,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { CfnOutput, Duration, Stack, Tags } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type Platform, platform } from '../../services/platform/platform.ts';
import type { Environment } from '../environments.ts';
import { clusterName, gatewayTargetGroupName, stackName } from '../naming.ts';
import { logBucket } from './buckets.ts';
import { watchEdge } from './edge-alarms.ts';
import { publicService } from './public-service.ts';
import { webAcl } from './web-acl.ts';

type EdgeDeps = {
  readonly vpc: IVpc;
  /** The group of the pods; it lets the load balancer in. */
  readonly clients: ISecurityGroup;
  readonly of?: Platform;
};

/**
 * The public address. The cluster only binds the gateway's pods to the target group (docs: TargetGroupBinding), so the
 * address, its certificate and its firewall survive the cluster.
 */
export class EdgeStack extends Stack {
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly targetGroup: ApplicationTargetGroup;

  constructor(scope: Construct, row: Environment, { vpc, clients, of = platform }: EdgeDeps) {
    super(scope, stackName(row, 'Edge'), {
      env: { account: row.account, region: row.region },
      description: 'Load balancer, certificate, firewall and name of the API',
    });
    const { port } = publicService(of);
    const securityGroup = this.wayTo(vpc, clients, port);
    const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', {
      hostedZoneId: row.domain.zoneId,
      zoneName: row.domain.zone,
    });
    this.loadBalancer = new ApplicationLoadBalancer(this, 'LoadBalancer', {
      vpc,
      vpcSubnets: { subnetType: SubnetType.PUBLIC },
      internetFacing: true,
      securityGroup,
      deletionProtection: row.retainData,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: DesyncMitigationMode.STRICTEST,
      // The gateway answers within its own deadline, which is far below.
      idleTimeout: Duration.seconds(60),
    });
    this.loadBalancer.logAccessLogs(logBucket(this, 'AccessLogs', row, 'edge-access-logs'));
    this.targetGroup = this.gateway(row, vpc, port);
    this.listen(
      new Certificate(this, 'Certificate', {
        domainName: row.domain.api,
        keyAlgorithm: KeyAlgorithm.EC_PRIME256V1,
        validation: CertificateValidation.fromDns(zone),
      }),
    );
    const acl = webAcl(this, row);
    new CfnWebACLAssociation(this, 'WebAclAssociation', {
      resourceArn: this.loadBalancer.loadBalancerArn,
      webAclArn: acl.attrArn,
    });
    const target = RecordTarget.fromAlias(new LoadBalancerTarget(this.loadBalancer, { evaluateTargetHealth: true }));
    new ARecord(this, 'Name', { zone, recordName: `${row.domain.api}.`, target });
    new CfnOutput(this, 'GatewayTargetGroupArn', {
      value: this.targetGroup.targetGroupArn,
      description: 'What the TargetGroupBinding of the gateway names',
    });
    watchEdge(this, row, { loadBalancer: this.loadBalancer, targetGroup: this.targetGroup });
  }

  /** In from anywhere to HTTP and HTTPS, out to the gateway's port of the pods and nowhere else. */
  private wayTo(vpc: IVpc, clients: ISecurityGroup, port: number): SecurityGroup {
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'The internet to the load balancer, the load balancer to the gateway',
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(clients, Port.tcp(port), 'Gateway');
    // Written out, because a rule of the CDK's own would go into the cluster's stack and close a circle.
    new CfnSecurityGroupIngress(this, 'FromLoadBalancer', {
      groupId: clients.securityGroupId,
      sourceSecurityGroupId: securityGroup.securityGroupId,
      ipProtocol: 'tcp',
      fromPort: port,
      toPort: port,
      description: 'Load balancer to the gateway',
    });
    return securityGroup;
  }

  private gateway(row: Environment, vpc: IVpc, port: number): ApplicationTargetGroup {
    const targetGroup = new ApplicationTargetGroup(this, 'Gateway', {
      targetGroupName: gatewayTargetGroupName(row),
      vpc,
      targetType: TargetType.IP,
      protocol: ApplicationProtocol.HTTP,
      port,
      healthCheck: {
        path: '/readyz',
        healthyHttpCodes: '200',
        interval: Duration.seconds(10),
        timeout: Duration.seconds(3),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 2,
      },
      deregistrationDelay: Duration.seconds(30),
    });
    // Auto Mode binds only groups that say whose they are (containers-roadmap#2508).
    Tags.of(targetGroup).add('eks:eks-cluster-name', clusterName(row));
    return targetGroup;
  }

  private listen(certificate: Certificate): void {
    this.loadBalancer.addRedirect();
    this.loadBalancer.addListener('Https', {
      port: 443,
      protocol: ApplicationProtocol.HTTPS,
      certificates: [certificate],
      sslPolicy: SslPolicy.RECOMMENDED_TLS,
      defaultTargetGroups: [this.targetGroup],
    });
  }
}
