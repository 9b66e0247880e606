import type { Environment } from '../stacks/environments.ts';

type Row = Pick<Environment, 'vpcCidr'>;

/**
 * The subnets of the stack Network that policies name, as IPv4 ranges: it lays three of each kind, one per zone, side by side in the
 * row's range of 65,536 addresses. A test compares them with the committed template.
 */
const side = ({ vpcCidr }: Row, first: number): readonly string[] => {
  const [one, two, three, bits] = vpcCidr.split(/[./]/).toSpliced(3, 1);
  if (three !== '0' || bits !== '16')
    throw new Error(`${vpcCidr}: subnets are laid out in a range of 65,536 addresses, as 10.20.0.0/16.`);
  return [0, 1, 2].map((zone) => `${one}.${two}.${first + zone}.0/24`);
};

/** Where the load balancer has its addresses, and nothing of the cluster. */
export const publicSubnets = (row: Row): readonly string[] => side(row, 0);

/** Where the database and the brokers are, and nothing of the cluster. */
export const isolatedSubnets = (row: Row): readonly string[] => side(row, 128);
