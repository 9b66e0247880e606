import { App, CfnOutput, Stack } from 'aws-cdk-lib/core';
import { beforeAll, expect, test } from 'vitest';
import { exampleStacks } from '../../bin/gcp/examples.ts';
import { releaseFor } from '../../bin/gcp/release.ts';
import { awsApp } from '../../stacks/aws/app.ts';
import { parseGcpOutputs } from '../../stacks/aws/gcp-outputs.ts';
import { awsPlatform } from '../../stacks/aws/platform.ts';
import { environments } from '../../stacks/environments.ts';
import { assembleGcp } from '../../stacks/gcp/assembly.ts';
import { parseAwsOutputs } from '../../stacks/gcp/aws-outputs.ts';
import { environmentIn } from '../../stacks/gcp/handover.ts';
import { type Json, synthesized } from '../../stacks/gcp/snapshot.ts';
import { tunnels } from '../../stacks/interconnect.ts';
import { type Handover, handovers } from '../../stacks/stages.ts';
import { circleIn } from '../stacks/circle.ts';
import { resources } from './blocks.ts';
import { awsOutputs, networkOutputs } from './invented-outputs.ts';
import { builtTunnels, unpaired } from './pairing.ts';

/** The four stages, each with what the ones before would tell; nothing is deployed. */
const row = environments.prod;
const outdir = new URL('../../.build/gcp', import.meta.url).pathname;
const short = (name: string): string => name.replace(/^Ecommerce-(Dev|Prod)-/, '').replace(/-(dev|prod)$/, '');

let first: Json;
let between: readonly Stack[];
let last: Json;

beforeAll(() => {
  // 1: Google's network knows nothing of the other cloud but what was chosen.
  first = synthesized(assembleGcp([row], { outdir, last: {} }))['gcp-network-prod'] ?? {};
  const network = networkOutputs('prod');
  // 2 and 3: AWS, with the addresses of Google's gateway.
  const app = awsApp([row], { context: { 'aws:cdk:bundling-stacks': [] } });
  awsPlatform(app, row, { gcp: parseGcpOutputs(network, 'out/gcp-network.prod.json') });
  app.synth();
  between = app.node.children.filter((one) => Stack.isStack(one)) as Stack[];
  // 4: Google's analytics, with the tunnels and the brokers of AWS.
  expect(environmentIn(network, 'out/gcp-network.prod.json')).toBe('prod');
  const told = parseAwsOutputs(awsOutputs(row), 'out/aws.prod.json', row);
  const release = releaseFor(row, told.bootstrap);
  last = synthesized(assembleGcp([row], { outdir, last: { prod: { told, release } } }))['gcp-analytics-prod'] ?? {};
}, 60_000);

const outputsOf = (stack: Stack): readonly string[] =>
  stack.node.findAll().flatMap((one) => (one instanceof CfnOutput ? [String(stack.resolve(one.logicalId))] : []));

test('every value that is handed over is an output of the stage that tells it, and has been invented here', () => {
  const invented = { ...JSON.parse(networkOutputs('prod')), ...JSON.parse(awsOutputs(row)) } as Json;
  const known = new Set([
    ...Object.keys(invented),
    ...Object.values(invented).flatMap((one) => Object.keys(one as Json)),
  ]);
  for (const { from, outputs } of handovers) {
    const of = between.find((stack) => short(stack.stackName) === from);
    const told = of ? outputsOf(of) : Object.keys(first.output as Json);
    expect([from, told]).toEqual([from, expect.arrayContaining([...outputs])]);
    for (const output of outputs) expect([output, known.has(output)]).toEqual([output, true]);
  }
});

test("what AWS builds towards Google are the two addresses of Google's gateway", () => {
  const app = App.of(between[0] ?? new App());
  const interconnect = between.find((stack) => short(stack.stackName) === 'Interconnect');
  const text = JSON.stringify(app?.synth().getStackByName(interconnect?.stackName ?? '').template);
  for (const address of ['34.157.10.11', '35.220.20.21']) expect(text).toContain(address);
});

test('each tunnel of the last stage leads to the address that AWS told for its network', () => {
  const { outside } = parseAwsOutputs(awsOutputs(row), 'x', row);
  const insides = tunnels.map((one) => [one.insideCidr, one.interface] as const);
  expect(unpaired(last, row, outside, insides)).toEqual([]);
  // AWS told the first two the other way round.
  expect(builtTunnels(last).map(({ amazonAddress }) => amazonAddress)).toEqual([
    '13.200.0.12',
    '13.200.0.11',
    '13.200.0.13',
    '13.200.0.14',
  ]);
  const byNumber = { ...outside, '169.254.10.0/30': '13.200.0.11', '169.254.10.4/30': '13.200.0.12' };
  expect(unpaired(last, row, byNumber, insides)).toHaveLength(2);
});

test('no stage waits for a later one', () => {
  const needs = (told: readonly Handover[]) => {
    const graph = new Map(
      between.map((one) => [short(one.stackName), one.dependencies.map((of) => short(of.stackName))]),
    );
    for (const { from, to } of told) graph.set(to, [...(graph.get(to) ?? []), from]);
    return graph;
  };
  expect(circleIn(needs(handovers))).toBeUndefined();
  const planted = { from: 'gcp-analytics', to: 'gcp-network', outputs: ['cluster_name'] };
  expect(circleIn(needs([...handovers, planted]))).toEqual(expect.arrayContaining(['gcp-analytics', 'gcp-network']));
});

test('the last stage names what the first one made, and reads no state of it', () => {
  expect(JSON.stringify(last)).not.toContain('terraform_remote_state');
  const made = (type: string, name: string) => resources(first, type).find((one) => one.name === name)?.block;
  const { name } = made('google_compute_ha_vpn_gateway', 'gateway') ?? {};
  for (const { block } of resources(last, 'google_compute_vpn_tunnel')) {
    expect(block.vpn_gateway).toBe(`projects/shop-analytics-prod/regions/asia-south1/vpnGateways/${name}`);
    expect(block.router).toBe(made('google_compute_router', 'router')?.name);
  }
  const { data } = last as { readonly data: Readonly<Record<string, Readonly<Record<string, Json>>>> };
  expect(data.google_monitoring_notification_channel?.mail?.display_name).toBe(
    made('google_monitoring_notification_channel', 'mail')?.display_name,
  );
});

test('the last stage of one environment needs nothing of another', () => {
  const alone = exampleStacks([environments.dev]);
  expect(Object.keys(alone)).toEqual(['gcp-network-dev', 'gcp-analytics-dev']);
  expect(JSON.stringify(alone)).not.toMatch(/shop-analytics-prod|10\.30\.|10\.70\./);
});
