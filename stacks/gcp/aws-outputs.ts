import type { Environment } from '../environments.ts';
import { jsonIn } from '../handover-file.ts';
import { forwardedDomain, tunnels } from '../interconnect.ts';
import { stackName } from '../naming.ts';
import { isOutsideAddress } from '../outside-address.ts';
import { scramPort } from './private-addresses.ts';

/** Amazon's address of each tunnel, by the tunnel's inside network: AWS promises no order, so nothing is paired by number. */
export type OutsideAddresses = Readonly<Record<string, string>>;

/** What the stages on the other cloud told. */
export type AwsOutputs = {
  readonly outside: OutsideAddresses;
  /** `host:port,host:port` for clients that sign in with SCRAM. */
  readonly bootstrap: string;
};

/** What writes the file; both stacks in one go, because each run writes the outputs of its own stacks only. */
export const awsOutputsCommand = (row: Environment, path: string): string =>
  [
    `npx cdk deploy -c environment=${row.name} -c gcp-outputs=out/gcp-network.${row.name}.json`,
    `${stackName(row, 'Streaming')} ${stackName(row, 'Interconnect')} --outputs-file ${path}`,
  ].join(' ');

/**
 * Reads a text that `cdk deploy --outputs-file` wrote: stacks by their names, each with its outputs. Throws with a sentence when
 * a stack is missing, an address cannot be Amazon's, a network is none of those that were chosen, or brokers cannot be reached.
 */
export function parseAwsOutputs(text: string, path: string, row: Environment): AwsOutputs {
  const stacks = jsonIn(text, path, `cdk deploy --outputs-file ${path}`);
  const outputsOf = (stack: string): Record<string, unknown> => {
    const name = stackName(row, stack);
    const outputs = (stacks as Record<string, unknown> | null)?.[name];
    if (typeof outputs !== 'object' || outputs === null)
      throw new Error(`${path} has nothing of ${name}; run: ${awsOutputsCommand(row, path)}`);
    return outputs as Record<string, unknown>;
  };
  return {
    outside: outsideAddresses(outputsOf('Interconnect'), path),
    bootstrap: bootstrapIn(outputsOf('Streaming').KafkaScramBootstrap, path, row),
  };
}

function outsideAddresses(outputs: Record<string, unknown>, path: string): OutsideAddresses {
  const told = tunnels.map(({ index }) => {
    const address = outputs[`Tunnel${index}OutsideAddress`];
    if (!isOutsideAddress(address))
      throw new Error(`${path}: "Tunnel${index}OutsideAddress" must be a public IPv4 address, not ${words(address)}.`);
    return [outputs[`Tunnel${index}InsideCidr`], address] as const;
  });
  const chosen = tunnels.map(({ insideCidr }) => insideCidr);
  const networks = told.map(([network]) => network);
  if (words([...networks].sort()) !== words([...chosen].sort()))
    throw new Error(
      `${path}: the tunnels' inside networks are ${words(networks)}, and stacks/interconnect.ts has ${words(chosen)}; deploy the way from AWS again from this checkout.`,
    );
  const addresses = told.map(([, address]) => address);
  if (new Set(addresses).size !== addresses.length)
    throw new Error(`${path}: two tunnels have the same outside address: ${words(addresses)}.`);
  return Object.fromEntries(told);
}

function bootstrapIn(value: unknown, path: string, row: Environment): string {
  const brokers = typeof value === 'string' ? value.split(',') : [];
  const host = new RegExp(`^[a-z0-9-]+(\\.[a-z0-9-]+)*\\.${forwardedDomain(row).replaceAll('.', '\\.')}:${scramPort}$`);
  if (brokers.length === 0 || !brokers.every((one) => host.test(one)))
    throw new Error(
      `${path}: "KafkaScramBootstrap" must be a list of brokers below ${forwardedDomain(row)} with port ${scramPort}, divided by commas, not ${words(value)}.`,
    );
  return brokers.join(',');
}

const words = (value: unknown): string => JSON.stringify(value) ?? 'nothing';
