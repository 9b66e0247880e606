import type { Environment } from '../../stacks/environments.ts';
import { forwardedDomain } from '../../stacks/interconnect.ts';
import { stackName } from '../../stacks/naming.ts';

/** What `terraform output -json` would write for a network. */
export const networkOutputs = (
  environment: string,
  addresses: readonly string[] = ['34.157.10.11', '35.220.20.21'],
): string =>
  JSON.stringify({
    environment: { sensitive: false, type: 'string', value: environment },
    vpn_gateway_addresses: { sensitive: false, type: ['tuple', ['string', 'string']], value: addresses },
  });

type Outputs = Readonly<Record<string, string | undefined>>;

/** What `cdk deploy --outputs-file` would write. AWS names the tunnels of the first connection the other way round. */
export function awsOutputs(row: Environment, change: Readonly<Record<string, Outputs>> = {}): string {
  const [interconnect, streaming] = [stackName(row, 'Interconnect'), stackName(row, 'Streaming')];
  const brokers = [1, 2].map((one) => `b-${one}.${row.name}.a1b2c3.c2.${forwardedDomain(row)}:9096`);
  const told: Record<string, Outputs> = {
    [interconnect]: {
      Tunnel0OutsideAddress: '13.200.0.11',
      Tunnel0InsideCidr: '169.254.10.4/30',
      Tunnel1OutsideAddress: '13.200.0.12',
      Tunnel1InsideCidr: '169.254.10.0/30',
      Tunnel2OutsideAddress: '13.200.0.13',
      Tunnel2InsideCidr: '169.254.11.0/30',
      Tunnel3OutsideAddress: '13.200.0.14',
      Tunnel3InsideCidr: '169.254.11.4/30',
    },
    [streaming]: { KafkaClusterArn: 'arn:aws:kafka:…', KafkaScramBootstrap: brokers.join(',') },
  };
  return JSON.stringify(
    Object.fromEntries(Object.entries(told).map(([stack, outputs]) => [stack, { ...outputs, ...change[stack] }])),
  );
}
