import type { Environment } from '../../stacks/environments.ts';
import type { OutsideAddresses } from '../../stacks/gcp/aws-outputs.ts';
import type { Json } from '../../stacks/gcp/snapshot.ts';
import { at, resources } from './blocks.ts';

/** One tunnel as Terraform would build it, from the two ends' points of view. */
export type Built = {
  readonly googleInterface: unknown;
  readonly amazonAddress: unknown;
  readonly insideGoogle: unknown;
  readonly insideAmazon: unknown;
  readonly amazonAsn: unknown;
  readonly key: unknown;
};

const referred = (reference: unknown): string => /^\$\{\w+\.([\w-]+)\.\w+\}$/.exec(String(reference))?.[1] ?? '';

/** Follows every session between the routers to its interface, tunnel and outside address. */
export function builtTunnels(stack: Json): readonly Built[] {
  const find = (type: string, name: string) => resources(stack, type).find((one) => one.name === name)?.block ?? {};
  return resources(stack, 'google_compute_router_peer').map(({ block: peer }) => {
    const end = find('google_compute_router_interface', referred(peer.interface));
    const tunnel = find('google_compute_vpn_tunnel', referred(end.vpn_tunnel));
    const gateway = find('google_compute_external_vpn_gateway', referred(tunnel.peer_external_gateway));
    const ends = (gateway.interface ?? []) as readonly Json[];
    return {
      googleInterface: tunnel.vpn_gateway_interface,
      amazonAddress: at(
        ends.find(({ id }) => id === tunnel.peer_external_gateway_interface),
        'ip_address',
      ),
      insideGoogle: end.ip_range,
      insideAmazon: peer.peer_ip_address,
      amazonAsn: peer.peer_asn,
      key: tunnel.shared_secret,
    };
  });
}

/** One sentence for each tunnel that is not what both sides were told; `insides` are Amazon's networks with its interface. */
export function unpaired(
  stack: Json,
  row: Environment,
  outside: OutsideAddresses,
  insides: readonly (readonly [network: string, side: number])[],
): readonly string[] {
  const built = builtTunnels(stack);
  const faults = insides.flatMap(([network, side], index) => {
    const base = network.replace(/\d+\/30$/, '');
    const first = Number(/(\d+)\/30$/.exec(network)?.[1]);
    const found = built.filter(({ insideAmazon }) => insideAmazon === `${base}${first + 1}`);
    const [tunnel] = found;
    if (found.length !== 1 || !tunnel) return [`${network} has ${found.length} sessions.`];
    return [
      ...(tunnel.insideGoogle === `${base}${first + 2}/30`
        ? []
        : [`${network}: Google's end is ${tunnel.insideGoogle}.`]),
      ...(tunnel.googleInterface === side ? [] : [`${network} leaves from interface ${tunnel.googleInterface}.`]),
      ...(tunnel.amazonAddress === outside[network] ? [] : [`${network} leads to ${tunnel.amazonAddress}.`]),
      ...(tunnel.amazonAsn === row.awsAsn ? [] : [`${network}: Amazon's router is not ${tunnel.amazonAsn}.`]),
      ...(tunnel.key === `\${var.tunnel_${index}_key}` ? [] : [`${network} has the key ${tunnel.key}.`]),
    ];
  });
  return built.length === insides.length ? faults : [...faults, `There are ${built.length} sessions.`];
}
