import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';

/** What the network on the other cloud tells after its deploy: the addresses of the two interfaces of its VPN gateway. */
export type GcpNetworkOutputs = {
  readonly environment: string;
  readonly gatewayAddresses: readonly [string, string];
};

/**
 * Reads what `terraform output -json` wrote for the network on the other cloud. Throws with a sentence when the file is not
 * there, is something else, or names an address that no gateway can have.
 */
export function readGcpOutputs(path: string): GcpNetworkOutputs {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new Error(
      `${path} cannot be read. Deploy the network on the other cloud first, then: terraform output -json > ${path}`,
    );
  }
  return parseGcpOutputs(text, path);
}

/** The same for a text; `path` is only what the sentences call it. */
export function parseGcpOutputs(text: string, path: string): GcpNetworkOutputs {
  const outputs = asJson(text, path);
  const environment = outputOf(outputs, 'environment');
  if (typeof environment !== 'string' || environment === '')
    throw new Error(`${path} has no output "environment"; it is not from the network stack of the other cloud.`);
  const addresses = outputOf(outputs, 'vpn_gateway_addresses');
  const [one, two, ...more] = Array.isArray(addresses) ? addresses : [];
  if (!isOutside(one) || !isOutside(two) || one === two || more.length > 0)
    throw new Error(
      `${path}: "vpn_gateway_addresses" must be two different public IPv4 addresses, not ${JSON.stringify(addresses)}.`,
    );
  return { environment, gatewayAddresses: [one, two] };
}

function asJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${path} is not JSON; write it with terraform output -json.`);
  }
}

/** Terraform wraps each output: `{ "name": { "type": …, "value": … } }`. */
const outputOf = (outputs: unknown, name: string): unknown =>
  (outputs as Record<string, { value?: unknown } | undefined> | null)?.[name]?.value;

const inside =
  /^(0|10|127|22[4-9]|2[3-5]\d)\.|^169\.254\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./;
/** RFC 5737: what is synthesized without a deploy has these (example-gcp.ts), and must never be deployed. */
const documentation = /^(192\.0\.2|198\.51\.100|203\.0\.113)\./;
const isOutside = (address: unknown): address is string =>
  typeof address === 'string' && isIPv4(address) && !inside.test(address) && !documentation.test(address);
