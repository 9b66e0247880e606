import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  CfnCustomerGateway,
  CfnVPCGatewayAttachment,
  CfnVPNConnection,
  CfnVPNGateway,
  CfnVPNGatewayRoutePropagation,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnOutput, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { type Tunnel, tunnels } from '../interconnect.ts';
import { prefix, stackName, tunnelSecretName } from '../naming.ts';
import { Alarm, alarmPeriod } from './alarm.ts';
import { encryptionKey, removalOf } from './encryption.ts';
import type { GcpNetworkOutputs } from './gcp-outputs.ts';
import { createResolver } from './interconnect-resolver.ts';
import { logKey } from './log-key.ts';
import { SdkAnswers } from './sdk-answers.ts';
import { tunnelOptions } from './tunnel-options.ts';

/**
 * The third stage between the clouds: four tunnels to the gateway whose addresses the first stage told, and a place where the
 * other cloud asks for the names of brokers. The fourth stage reads the outside addresses of the tunnels from its outputs.
 */
export class InterconnectStack extends Stack {
  constructor(
    scope: Construct,
    row: Environment,
    { vpc, gcp }: { readonly vpc: IVpc; readonly gcp: GcpNetworkOutputs },
  ) {
    super(scope, stackName(row, 'Interconnect'), {
      env: { account: row.account, region: row.region },
      description: 'VPN to the other cloud and name resolution for it',
    });
    const gateway = this.#gateway(row, vpc);
    const key = encryptionKey(this, row, 'keys of the tunnels');
    const answers = new SdkAnswers(this, 'Answers', row, logKey(this, 'LogKey', row));
    for (const side of [0, 1] as const)
      this.#connect(row, gateway, { side, address: gcp.gatewayAddresses[side], key, answers });
    createResolver(this, row, vpc);
  }

  #gateway(row: Environment, vpc: IVpc): CfnVPNGateway {
    const gateway = new CfnVPNGateway(this, 'Gateway', { type: 'ipsec.1', amazonSideAsn: row.awsAsn });
    const attachment = new CfnVPCGatewayAttachment(this, 'Attachment', { vpcId: vpc.vpcId, vpnGatewayId: gateway.ref });
    // Brokers and the resolver stand in these; nobody else answers the other cloud.
    const propagation = new CfnVPNGatewayRoutePropagation(this, 'Routes', {
      vpnGatewayId: gateway.ref,
      routeTableIds: vpc.isolatedSubnets.map((subnet) => subnet.routeTable.routeTableId),
    });
    propagation.addResourceDependency(attachment);
    return gateway;
  }

  #connect(
    row: Environment,
    gateway: CfnVPNGateway,
    of: { readonly side: 0 | 1; readonly address: string; readonly key: Key; readonly answers: SdkAnswers },
  ): void {
    const both = tunnels.filter((tunnel) => tunnel.interface === of.side);
    const customer = new CfnCustomerGateway(this, `Customer ${of.side}`, {
      type: 'ipsec.1',
      ipAddress: of.address,
      bgpAsn: row.gcp.asn,
      deviceName: `${prefix(row)}-gcp-${of.side}`,
    });
    const connection = new CfnVPNConnection(this, `Connection ${of.side}`, {
      type: 'ipsec.1',
      customerGatewayId: customer.ref,
      vpnGatewayId: gateway.ref,
      // Otherwise whoever may describe the connection reads the keys.
      preSharedKeyStorage: 'SecretsManager',
      vpnTunnelOptionsSpecifications: both.map((tunnel) => ({
        ...tunnelOptions,
        tunnelInsideCidr: tunnel.insideCidr,
        preSharedKey: this.#key(row, tunnel, of.key),
      })),
    });
    this.#tell(connection, both, of.answers);
    new Alarm(this, row, {
      name: `vpn-connection-${of.side}`,
      impact: 'The way to the other cloud has lost half of its redundancy, or is cut: analytics fall behind.',
      runbook: 'docs/runbooks/vpn.md',
      owner: 'platform',
      metric: new Metric({
        namespace: 'AWS/VPN',
        metricName: 'TunnelState',
        dimensionsMap: { VpnId: connection.ref },
        statistic: 'Minimum',
        period: alarmPeriod,
      }),
      threshold: 1,
      side: 'below',
      because: 'One means that both tunnels of the connection are up; AWS restarts one at a time, within minutes.',
      missing: 'alarming',
    });
  }

  /** Made in the account and never shown: neither in a template nor in an output. A key must not begin with a zero. */
  #key(row: Environment, tunnel: Tunnel, encryption: Key): string {
    return new Secret(this, `Key ${tunnel.index}`, {
      secretName: tunnelSecretName(row, tunnel.index),
      description: `Shared key of tunnel ${tunnel.index}; the other cloud keeps a copy`,
      encryptionKey: encryption,
      generateSecretString: { passwordLength: 48, excludePunctuation: true, excludeCharacters: '0' },
      removalPolicy: removalOf(row),
    }).secretValue.unsafeUnwrap();
  }

  #tell(connection: CfnVPNConnection, both: readonly Tunnel[], answers: SdkAnswers): void {
    const path = (nth: number, what: string) => `VpnConnections.0.Options.TunnelOptions.${nth}.${what}`;
    const answer = answers.read(connection.node.id, {
      service: 'EC2',
      action: 'DescribeVpnConnections',
      parameters: { VpnConnectionIds: [connection.ref] },
      outputs: both.flatMap((_, nth) => [path(nth, 'OutsideIpAddress'), path(nth, 'TunnelInsideCidr')]),
      subject: connection.ref,
      permission: { action: 'ec2:DescribeVpnConnections', resource: '*' },
    });
    for (const [nth, { index }] of both.entries()) {
      new CfnOutput(this, `Tunnel${index}OutsideAddress`, {
        value: answer.getResponseField(path(nth, 'OutsideIpAddress')),
      });
      // AWS promises no order: the other cloud pairs by this.
      new CfnOutput(this, `Tunnel${index}InsideCidr`, {
        value: answer.getResponseField(path(nth, 'TunnelInsideCidr')),
      });
    }
  }
}
