import { expect, test } from 'vitest';
import { exampleStacks } from '../../bin/gcp/examples.ts';
import { environmentNames, environments } from '../../stacks/environments.ts';
import { exampleOutputs } from '../../stacks/gcp/example-outputs.ts';
import { resources, spoiled } from './blocks.ts';
import { builtTunnels, unpaired } from './pairing.ts';

/** As Amazon has them (tests/stacks/interconnect.unit.test.ts): two of each connection, which ends at one of Google's interfaces. */
const insides = [
  ['169.254.10.0/30', 0],
  ['169.254.10.4/30', 0],
  ['169.254.11.0/30', 1],
  ['169.254.11.4/30', 1],
] as const;
const row = environments.prod;
const { outside } = exampleOutputs(row);
const stack = exampleStacks([row])['gcp-analytics-prod'] ?? {};

test.each(environmentNames)("%s: each tunnel pairs with its session and with Amazon's end", (name) => {
  const own = exampleStacks([environments[name]])[`gcp-analytics-${name}`] ?? {};
  expect(unpaired(own, environments[name], exampleOutputs(environments[name]).outside, insides)).toEqual([]);
});

test('four tunnels of IKEv2 end at four addresses of one gateway on the other side', () => {
  expect(builtTunnels(stack)).toHaveLength(4);
  expect(resources(stack, 'google_compute_vpn_tunnel').every(({ block }) => block.ike_version === 2)).toBe(true);
  expect(resources(stack, 'google_compute_external_vpn_gateway')[0]?.block).toMatchObject({
    redundancy_type: 'FOUR_IPS_REDUNDANCY',
  });
});

const tunnel = 'resource.google_compute_vpn_tunnel';
const gateway = 'resource.google_compute_external_vpn_gateway.amazon.interface';
test.each([
  ['a tunnel that leaves from the other interface', `${tunnel}.tunnel-1.vpn_gateway_interface`, 1],
  ['a tunnel to the address of another', `${tunnel}.tunnel-0.peer_external_gateway_interface`, 1],
  ['an address that Amazon did not tell', `${gateway}.2.ip_address`, '203.0.113.99'],
  ['the key of another tunnel', `${tunnel}.tunnel-3.shared_secret`, `\${${'var.tunnel_2_key'}}`],
  ["Amazon's address as Google's", 'resource.google_compute_router_interface.interface-2.ip_range', '169.254.11.1/30'],
  ["a session with one's own end", 'resource.google_compute_router_peer.peer-0.peer_ip_address', '169.254.10.2'],
  ['another router', 'resource.google_compute_router_peer.peer-3.peer_asn', 64_620],
  ['no session', 'resource.google_compute_router_peer.peer-3', undefined],
])('%s is found', (_, path, value) => {
  expect(unpaired(spoiled(stack, path, value), row, outside, insides)).not.toEqual([]);
});
