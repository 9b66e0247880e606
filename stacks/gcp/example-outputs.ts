import type { Environment } from '../environments.ts';
import { forwardedDomain, tunnels } from '../interconnect.ts';
import { prefix } from '../naming.ts';
import type { AwsOutputs } from './aws-outputs.ts';
import { scramPort } from './private-addresses.ts';

/**
 * Stands in for what AWS tells wherever nothing is deployed, so in the committed snapshots: addresses that RFC 5737 keeps for
 * documentation and no gateway can have. A deploy takes the real ones from a file, and refuses these there (stacks/outside-address.ts).
 */
export const exampleOutputs = (row: Environment): AwsOutputs => ({
  outside: Object.fromEntries(
    tunnels.map(({ index, insideCidr }) => [insideCidr, `203.0.113.${(row.name === 'prod' ? 20 : 10) + index}`]),
  ),
  bootstrap: [1, 2, 3]
    .map((broker) => `b-${broker}.${prefix(row)}.example.c2.${forwardedDomain(row)}:${scramPort}`)
    .join(','),
});
