import { BlockList, isIPv4 } from 'node:net';

/** What no gateway on the internet can have: private, shared, local, loopback, multicast, reserved, and RFC 5737's examples. */
const inside = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  inside.addSubnet(network, bits);

/** Whether this is an IPv4 address that somebody on the internet can have. */
export const isOutsideAddress = (address: unknown): address is string =>
  typeof address === 'string' && isIPv4(address) && !inside.check(address);
