import { type ISubnet, type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { CfnResolverEndpoint } from 'aws-cdk-lib/aws-route53resolver';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { dnsForwarders, resolverAddresses } from '../interconnect.ts';
import { prefix } from '../naming.ts';

/** Where the other cloud asks for the names of brokers, at addresses that both know beforehand. */
export function createResolver(scope: Construct, row: Environment, vpc: IVpc): void {
  const gate = new SecurityGroup(scope, 'Resolver', {
    vpc,
    description: 'Questions for names from the other cloud',
    allowAllOutbound: false,
  });
  for (const port of [Port.tcp(53), Port.udp(53)])
    gate.addIngressRule(Peer.ipv4(dnsForwarders), port, 'forwarded by the other cloud');
  new CfnResolverEndpoint(scope, 'Inbound', {
    name: `${prefix(row)}-from-gcp`,
    direction: 'INBOUND',
    securityGroupIds: [gate.securityGroupId],
    ipAddresses: resolverAddresses(row).map((ip, nth) => ({ ip, subnetId: subnetOf(ip, vpc.isolatedSubnets[nth]) })),
  });
}

function subnetOf(address: string, subnet: ISubnet | undefined): string {
  const network = address.slice(0, address.lastIndexOf('.'));
  if (subnet?.ipv4CidrBlock !== `${network}.0/24`)
    throw new Error(
      `${address} is no address of the isolated subnet ${subnet?.ipv4CidrBlock ?? 'that is missing'}; put stacks/interconnect.ts and stacks/aws/network.ts in step.`,
    );
  return subnet.subnetId;
}
