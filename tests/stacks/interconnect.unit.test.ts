import { join } from 'node:path';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { awsApp } from '../../stacks/aws/app.ts';
import { exampleGcp } from '../../stacks/aws/example-gcp.ts';
import { type GcpNetworkOutputs, parseGcpOutputs, readGcpOutputs } from '../../stacks/aws/gcp-outputs.ts';
import { InterconnectStack } from '../../stacks/aws/interconnect.ts';
import { NetworkStack } from '../../stacks/aws/network.ts';
import { type EnvironmentName, environments } from '../../stacks/environments.ts';
import { resolverAddresses, tunnels } from '../../stacks/interconnect.ts';

const gcp: GcpNetworkOutputs = { environment: 'prod', gatewayAddresses: ['34.157.10.11', '35.220.20.21'] };

function synthesized(name: EnvironmentName): Template {
  const row = environments[name];
  const app = awsApp([row]);
  const { vpc } = new NetworkStack(app, row);
  return Template.fromStack(new InterconnectStack(app, row, { vpc, gcp }));
}
const template = synthesized('prod');
const outputs = (addresses: unknown) =>
  JSON.stringify({ environment: { value: 'dev' }, vpn_gateway_addresses: { value: addresses } });

test('two connections of two tunnels each lead to the two interfaces of the other gateway', () => {
  const customers = Object.values(template.findResources('AWS::EC2::CustomerGateway')).map((one) => one.Properties);
  expect(customers.map(({ IpAddress, BgpAsn }) => [IpAddress, BgpAsn])).toEqual([
    ['34.157.10.11', 64_620],
    ['35.220.20.21', 64_620],
  ]);
  template.hasResourceProperties('AWS::EC2::VPNGateway', { AmazonSideAsn: 64_512 });
  const connections = Object.values(template.findResources('AWS::EC2::VPNConnection')).map((one) => one.Properties);
  expect(
    connections.flatMap((one) =>
      one.VpnTunnelOptionsSpecifications.map((tunnel: { TunnelInsideCidr: string }) => tunnel.TunnelInsideCidr),
    ),
  ).toEqual(['169.254.10.0/30', '169.254.10.4/30', '169.254.11.0/30', '169.254.11.4/30']);
});

test('each tunnel has two ends of its own inside its network', () => {
  const ends = tunnels.flatMap(({ awsInside, gcpInside }) => [awsInside, gcpInside]);
  expect(new Set(ends).size).toBe(8);
  expect(tunnels[3]).toEqual({
    index: 3,
    interface: 1,
    insideCidr: '169.254.11.4/30',
    awsInside: '169.254.11.5',
    gcpInside: '169.254.11.6',
  });
});

test('no key of a tunnel is in the template: each is a reference to a secret made in the account', () => {
  const keys = Object.values(template.findResources('AWS::EC2::VPNConnection')).flatMap((one) =>
    one.Properties.VpnTunnelOptionsSpecifications.map((tunnel: { PreSharedKey: unknown }) => tunnel.PreSharedKey),
  );
  expect(keys).toHaveLength(4);
  for (const key of keys) expect(JSON.stringify(key)).toContain('{{resolve:secretsmanager:');
  template.resourceCountIs('AWS::SecretsManager::Secret', 4);
  template.allResourcesProperties('AWS::SecretsManager::Secret', {
    GenerateSecretString: { ExcludePunctuation: true, ExcludeCharacters: '0', PasswordLength: 48 },
  });
  template.allResourcesProperties('AWS::EC2::VPNConnection', { PreSharedKeyStorage: 'SecretsManager' });
});

test('nothing older than IKEv2, SHA-2 and a group of 2,048 bits is spoken', () => {
  const text = JSON.stringify(template.findResources('AWS::EC2::VPNConnection'));
  expect(text).not.toMatch(/ikev1|SHA1|AES128|"Value":2\b/);
});

test('the other cloud asks for names at fixed addresses, and nobody else does', () => {
  template.hasResourceProperties('AWS::Route53Resolver::ResolverEndpoint', {
    Direction: 'INBOUND',
    IpAddresses: resolverAddresses(environments.prod).map((Ip) => Match.objectLike({ Ip })),
  });
  template.hasResourceProperties('AWS::EC2::SecurityGroup', {
    SecurityGroupIngress: [
      Match.objectLike({ CidrIp: '35.199.192.0/19', FromPort: 53, IpProtocol: 'tcp' }),
      Match.objectLike({ CidrIp: '35.199.192.0/19', FromPort: 53, IpProtocol: 'udp' }),
    ],
  });
});

test('the fourth stage finds the outside address of every tunnel, with the network it belongs to', () => {
  expect(Object.keys(template.findOutputs('*')).toSorted()).toEqual(
    tunnels.flatMap(({ index }) => [`Tunnel${index}InsideCidr`, `Tunnel${index}OutsideAddress`]),
  );
});

test('answers of AWS that may hold keys are not logged', () => {
  template.resourceCountIs('Custom::AWS', 2);
  for (const one of Object.values(template.findResources('Custom::AWS')))
    expect(JSON.stringify(one.Properties.Create ?? one.Properties.Update)).toContain('logApiResponseData\\":false');
});

test('addresses of the other gateway are taken from what terraform wrote', () => {
  expect(parseGcpOutputs(outputs(['34.1.2.3', '35.1.2.3']), 'out/gcp.json')).toEqual({
    environment: 'dev',
    gatewayAddresses: ['34.1.2.3', '35.1.2.3'],
  });
});

test.each([
  ['one address only', outputs(['34.1.2.3'])],
  ['the same twice', outputs(['34.1.2.3', '34.1.2.3'])],
  ['three', outputs(['34.1.2.3', '34.1.2.4', '34.1.2.5'])],
  ['a private one', outputs(['10.0.0.1', '34.1.2.3'])],
  ['an inside one', outputs(['169.254.10.1', '34.1.2.3'])],
  ['one of those for documentation', outputs([exampleGcp.dev.gatewayAddresses[0], '34.1.2.3'])],
  ['a name', outputs(['gateway', '34.1.2.3'])],
  ['nothing', outputs(null)],
])('addresses of the other gateway are refused: %s', (_, text) => {
  expect(() => parseGcpOutputs(text, 'out/gcp.json')).toThrow(
    'out/gcp.json: "vpn_gateway_addresses" must be two different public IPv4 addresses',
  );
});

test('a file that is missing, no JSON or of another stack is refused with what to do', () => {
  const absent = join(import.meta.dirname, 'absent.json');
  expect(() => readGcpOutputs(absent)).toThrow(`terraform output -json > ${absent}`);
  expect(() => parseGcpOutputs('vpn_gateway_addresses = …', 'x')).toThrow('x is not JSON');
  expect(() => parseGcpOutputs('null', 'x')).toThrow('it is not from the network stack of the other cloud');
  expect(() => parseGcpOutputs('{"environment":{"value":""}}', 'x')).toThrow('it is not from the network stack');
});
