import type { Environment } from './environments.ts';

/**
 * What both ends of the VPN are told alike. Everything here is chosen, so neither cloud has to be asked for it; what only a
 * deploy can tell (outside addresses) is handed over as outputs (stacks/aws/gcp-outputs.ts).
 */
export type Tunnel = {
  /** 0 to 3. */
  readonly index: number;
  /** Interface of the gateway on Google's side, and connection on Amazon's: two tunnels each. */
  readonly interface: 0 | 1;
  /** The tunnel's own network of four addresses: the first that can be used is Amazon's, the second Google's. */
  readonly insideCidr: string;
  readonly awsInside: string;
  readonly gcpInside: string;
};

/** Outside of what AWS keeps for itself (169.254.0.0/30 to 169.254.5.0/30 and 169.254.169.252/30). */
export const tunnels: readonly Tunnel[] = ([0, 0, 1, 1] as const).map((one, index) => {
  const network = `169.254.${10 + one}`;
  const base = (index % 2) * 4;
  return {
    index,
    interface: one,
    insideCidr: `${network}.${base}/30`,
    awsInside: `${network}.${base + 1}`,
    gcpInside: `${network}.${base + 2}`,
  };
});

/** Where Google's Cloud DNS asks from when it forwards (https://cloud.google.com/dns/docs/zones/forwarding-zones). */
export const dnsForwarders = '35.199.192.0/19';

/** The names that are asked for across: brokers are announced by name. */
export const forwardedDomain = ({ region }: Pick<Environment, 'region'>): string => `kafka.${region}.amazonaws.com`;

/**
 * Where the other cloud asks for names: fixed, high in the first two isolated subnets, which begin in the middle of the row's
 * range of 65,536 addresses.
 */
export const resolverAddresses = ({ vpcCidr }: Pick<Environment, 'vpcCidr'>): readonly [string, string] => {
  const [first, second] = vpcCidr.split('.');
  return [`${first}.${second}.128.250`, `${first}.${second}.129.250`];
};
