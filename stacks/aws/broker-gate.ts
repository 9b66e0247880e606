import { type ISecurityGroup, type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';

/** Where brokers listen (https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html). */
export const kafkaPorts = { iam: 9098, scram: 9096 } as const;

/** Who reaches a broker: pods and the event source with IAM, the other cloud with SCRAM. */
export function createBrokerGate(
  scope: Construct,
  row: Environment,
  vpc: IVpc,
  clients: ISecurityGroup,
): SecurityGroup {
  const gate = new SecurityGroup(scope, 'Brokers', {
    vpc,
    description: 'Kafka brokers, and the event source that reads from them',
    allowAllOutbound: false,
  });
  gate.addIngressRule(clients, Port.tcp(kafkaPorts.iam), 'pods');
  // The event source of the function gets the security group of the cluster
  // (https://docs.aws.amazon.com/lambda/latest/dg/with-msk-cluster-network.html).
  gate.addIngressRule(gate, Port.tcp(kafkaPorts.iam), 'event source of the notifier');
  gate.addEgressRule(gate, Port.tcp(kafkaPorts.iam), 'event source of the notifier');
  gate.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'event source of the notifier: Lambda, STS, S3');
  gate.addIngressRule(Peer.ipv4(row.gcp.cidr), Port.tcp(kafkaPorts.scram), 'analytics in the other cloud');
  return gate;
}
