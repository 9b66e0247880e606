import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { lastStage } from '../../bin/gcp/last-stage.ts';
import { environmentNames, environments } from '../../stacks/environments.ts';
import { parseAwsOutputs } from '../../stacks/gcp/aws-outputs.ts';
import { exampleOutputs } from '../../stacks/gcp/example-outputs.ts';
import { readHandover } from '../../stacks/gcp/handover.ts';
import { stackName } from '../../stacks/naming.ts';
import { isOutsideAddress } from '../../stacks/outside-address.ts';
import { awsOutputs, networkOutputs } from './invented-outputs.ts';

const row = environments.dev;
const rows = environmentNames.map((name) => environments[name]);
const folder = mkdtempSync(join(tmpdir(), 'handover-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const network = file('gcp-network.dev.json', networkOutputs('dev'));
const aws = file('aws.dev.json', awsOutputs(row));

describe('what AWS told', () => {
  test('is read by the networks of the tunnels, in whatever order AWS names them', () => {
    expect(parseAwsOutputs(awsOutputs(row), 'out/aws.dev.json', row)).toEqual({
      outside: {
        '169.254.10.0/30': '13.200.0.12',
        '169.254.10.4/30': '13.200.0.11',
        '169.254.11.0/30': '13.200.0.13',
        '169.254.11.4/30': '13.200.0.14',
      },
      bootstrap:
        'b-1.dev.a1b2c3.c2.kafka.ap-south-1.amazonaws.com:9096,b-2.dev.a1b2c3.c2.kafka.ap-south-1.amazonaws.com:9096',
    });
  });

  const interconnect = stackName(row, 'Interconnect');
  const streaming = stackName(row, 'Streaming');
  test.each([
    [
      'a private address',
      interconnect,
      { Tunnel2OutsideAddress: '10.0.0.1' },
      /"Tunnel2OutsideAddress" must be a public IPv4/,
    ],
    ['an address for documentation', interconnect, { Tunnel0OutsideAddress: '203.0.113.10' }, /must be a public IPv4/],
    [
      'no address',
      interconnect,
      { Tunnel3OutsideAddress: undefined },
      /"Tunnel3OutsideAddress" must be .* not nothing\./,
    ],
    [
      'an address twice',
      interconnect,
      { Tunnel1OutsideAddress: '13.200.0.13' },
      /two tunnels have the same outside address/,
    ],
    [
      'a network that nobody chose',
      interconnect,
      { Tunnel0InsideCidr: '169.254.12.0/30' },
      /stacks\/interconnect\.ts has/,
    ],
    ['a network twice', interconnect, { Tunnel0InsideCidr: '169.254.11.0/30' }, /inside networks are/],
    ['no network', interconnect, { Tunnel0InsideCidr: undefined }, /inside networks are/],
    [
      'brokers at the port of IAM',
      streaming,
      { KafkaScramBootstrap: 'b-1.x.kafka.ap-south-1.amazonaws.com:9098' },
      /with port 9096/,
    ],
    [
      'brokers of another region',
      streaming,
      { KafkaScramBootstrap: 'b-1.x.kafka.eu-west-1.amazonaws.com:9096' },
      /below kafka\.ap-south-1/,
    ],
    [
      'a broker that only looks like one',
      streaming,
      { KafkaScramBootstrap: 'b-1.x.kafka-ap-south-1.amazonaws.com:9096' },
      /below kafka/,
    ],
    [
      'one good broker and one bad',
      streaming,
      { KafkaScramBootstrap: 'b-1.x.kafka.ap-south-1.amazonaws.com:9096,evil.example:9096' },
      /below kafka/,
    ],
    ['no brokers', streaming, { KafkaScramBootstrap: '' }, /must be a list of brokers/],
  ])('is refused: %s', (_, stack, change, sentence) => {
    expect(() => parseAwsOutputs(awsOutputs(row, { [stack]: change }), 'out/aws.dev.json', row)).toThrow(sentence);
  });

  test('of a stack that is missing, says what to run', () => {
    const text = JSON.stringify({ [interconnect]: {} });
    expect(() => parseAwsOutputs(JSON.stringify({ [streaming]: {} }), 'out/aws.dev.json', row)).toThrow(
      'out/aws.dev.json has nothing of Ecommerce-Dev-Interconnect; run: npx cdk deploy -c environment=dev -c gcp-outputs=out/gcp-network.dev.json Ecommerce-Dev-Streaming Ecommerce-Dev-Interconnect --outputs-file out/aws.dev.json',
    );
    expect(() => parseAwsOutputs(text, 'out/aws.dev.json', environments.prod)).toThrow('nothing of Ecommerce-Prod-');
    expect(() => parseAwsOutputs('null', 'x', row)).toThrow('x has nothing of');
    expect(() => parseAwsOutputs('Outputs:', 'x', row)).toThrow(
      'x is not JSON; write it with cdk deploy --outputs-file x.',
    );
  });
});

describe('the files', () => {
  test('of both clouds together say which environment it is', () => {
    const { row: found, told } = readHandover({ network, aws }, rows);
    expect([found.name, Object.keys(told.outside).length]).toEqual(['dev', 4]);
  });

  test('that are not there, or are something else, are refused with what to run', () => {
    const absent = join(folder, 'absent.json');
    expect(() => readHandover({ network: absent, aws }, rows)).toThrow(
      `${absent} cannot be read. Deploy the network first, then in its folder: terraform output -json > ${absent}`,
    );
    expect(() => readHandover({ network, aws: absent }, rows)).toThrow(
      /cannot be read\. Deploy the way from AWS first: npx cdk/,
    );
    expect(() => readHandover({ network: aws, aws }, rows)).toThrow(/has no output "environment"/);
    expect(() => readHandover({ network: file('bad', '{'), aws }, rows)).toThrow(
      /is not JSON; write it with terraform output/,
    );
  });

  test('of an environment that does not exist, or of two different ones, are refused', () => {
    expect(() => readHandover({ network: file('x', networkOutputs('staging')), aws }, rows)).toThrow(
      /environment staging/,
    );
    const prod = file('prod', networkOutputs('prod'));
    expect(() => readHandover({ network: prod, aws }, rows)).toThrow(
      /has nothing of Ecommerce-Prod-Interconnect|Ecommerce-Prod-/,
    );
  });
});

describe('the last stage', () => {
  const told: string[] = [];
  const ask = (given: Parameters<typeof lastStage>[0]) => lastStage(given, rows, (sentence) => told.push(sentence));

  test('is left out without the files, with a sentence that names both', () => {
    expect(ask({})).toEqual({});
    expect(told[0]).toMatch(/^gcp-analytics is left out: .*--network-outputs=.*--aws-outputs=.*docs\/deploy-gcp\.md/);
  });

  test('is refused with one of them, with a sentence that names the other', () => {
    expect(() => ask({ network })).toThrow(/needs --aws-outputs=.*stages 2 and 3/);
    expect(() => ask({ aws })).toThrow(/needs --network-outputs=.*stage 1/);
  });

  test('has the brokers of AWS in its job', () => {
    const { release } = ask({ network, aws }).dev ?? {};
    const job = release?.files.find(({ name }) => name === 'job.sql')?.text;
    expect(job).toContain('b-2.dev.a1b2c3.c2.kafka.ap-south-1.amazonaws.com:9096');
  });
});

test('what stands in for AWS is of the right form, and cannot be deployed', () => {
  for (const one of rows) {
    const { outside, bootstrap } = exampleOutputs(one);
    expect(Object.values(outside).some(isOutsideAddress)).toBe(false);
    const real = awsOutputs(one, { [stackName(one, 'Streaming')]: { KafkaScramBootstrap: bootstrap } });
    expect(parseAwsOutputs(real, 'x', one).bootstrap).toBe(bootstrap);
  }
});

test.each([
  '0.1.2.3',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '169.254.1.1',
  '172.31.0.1',
  '192.168.0.1',
  '224.0.0.1',
  '255.1.1.1',
  '1.2.3',
  '::1',
  'gateway',
])('%s is no address on the internet', (address) => expect(isOutsideAddress(address)).toBe(false));
test.each(['13.200.0.11', '172.32.0.1', '100.128.0.1', '192.0.3.1'])('%s is one', (address) =>
  expect(isOutsideAddress(address)).toBe(true),
);
