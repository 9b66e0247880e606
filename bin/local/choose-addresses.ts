import { LocalFailure } from './engines/engine.ts';
import { choosePorts, isFree } from './ports.ts';
import { type PortName, portVariable, usualPorts } from './unit-names.ts';

/**
 * A port for everything that listens: the one a variable fixes, else the usual one when it is free (or none, for `free`),
 * else a random one. Throws a `LocalFailure` when a fixed port is taken or no port.
 */
export async function chooseLocalPorts(
  prefer: 'usual' | 'free',
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Readonly<Record<PortName, number>>> {
  const names = Object.keys(usualPorts) as PortName[];
  const fixed = new Map<PortName, number>();
  for (const name of names) {
    const variable = portVariable(name);
    const value = environment[variable];
    if (value === undefined || value === '') continue;
    const port = Number(value);
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw new LocalFailure(`${variable} is "${value}": give it a port between 1 and 65535.`);
    if (!(await isFree(port)))
      throw new LocalFailure(`Port ${port} (${variable}) is taken: end what listens there, or unset ${variable}.`);
    fixed.set(name, port);
  }
  const preferred = names.map((name) => [name, fixed.get(name) ?? (prefer === 'usual' ? usualPorts[name] : undefined)]);
  return choosePorts(Object.fromEntries(preferred) as Record<PortName, number | undefined>);
}
