import { handoverFile, jsonIn } from '../handover-file.ts';
import { isOutsideAddress } from '../outside-address.ts';

/** What the network on the other cloud tells after its deploy: the addresses of the two interfaces of its VPN gateway. */
export type GcpNetworkOutputs = {
  readonly environment: string;
  readonly gatewayAddresses: readonly [string, string];
};

/**
 * Reads what `terraform output -json` wrote for the network on the other cloud. Throws with a sentence when the file is not
 * there, is something else, or names an address that no gateway can have.
 */
export const readGcpOutputs = (path: string): GcpNetworkOutputs =>
  parseGcpOutputs(
    handoverFile(path, `Deploy the network on the other cloud first, then: terraform output -json > ${path}`),
    path,
  );

/** The same for a text; `path` is only what the sentences call it. */
export function parseGcpOutputs(text: string, path: string): GcpNetworkOutputs {
  const outputs = jsonIn(text, path, 'terraform output -json');
  const environment = outputOf(outputs, 'environment');
  if (typeof environment !== 'string' || environment === '')
    throw new Error(`${path} has no output "environment"; it is not from the network stack of the other cloud.`);
  const addresses = outputOf(outputs, 'vpn_gateway_addresses');
  const [one, two, ...more] = Array.isArray(addresses) ? addresses : [];
  if (!isOutsideAddress(one) || !isOutsideAddress(two) || one === two || more.length > 0)
    throw new Error(
      `${path}: "vpn_gateway_addresses" must be two different public IPv4 addresses, not ${JSON.stringify(addresses)}.`,
    );
  return { environment, gatewayAddresses: [one, two] };
}

/** Terraform wraps each output: `{ "name": { "type": …, "value": … } }`. */
const outputOf = (outputs: unknown, name: string): unknown =>
  (outputs as Record<string, { value?: unknown } | undefined> | null)?.[name]?.value;
