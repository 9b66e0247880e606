import { type JobName, jobNames, type ServiceName, serviceNames } from '../../services/platform/names.ts';
import { platform } from '../../services/platform/platform.ts';

export const engineNames = ['postgres', 'dynamodb', 'kafka', 'ses'] as const;
export type EngineName = (typeof engineNames)[number];

/** What stands in for something that the clouds bring along. */
export const companionNames = ['payment-provider', 'event-source'] as const;
export type CompanionName = (typeof companionNames)[number];

/** Everything that runs as a process of its own. */
export type UnitName = EngineName | CompanionName | ServiceName | JobName;
/** Units without which the platform takes no orders. */
export const neededUnits: readonly Exclude<UnitName, JobName>[] = [...engineNames, ...companionNames, ...serviceNames];
export const unitNames: readonly UnitName[] = [...neededUnits, ...jobNames];

/** What listens: the units, and what they listen on besides. */
export type PortName = UnitName | `${ServiceName}-metrics` | `${JobName}-jobs` | 'kafka-controller' | 'token-issuer';

const servicePorts = Object.fromEntries(
  Object.values(platform.services).flatMap(({ name, localPort }) => [
    [name, localPort],
    [`${name}-metrics`, localPort + 1_000],
  ]),
) as Record<ServiceName | `${ServiceName}-metrics`, number>;

/** Where each listens unless somebody else already does. */
export const usualPorts: Readonly<Record<PortName, number>> = {
  ...servicePorts,
  postgres: 15_432,
  dynamodb: 18_000,
  kafka: 19_092,
  'kafka-controller': 19_093,
  ses: 18_005,
  'payment-provider': 8_020,
  'event-source': 8_030,
  'token-issuer': 8_010,
  'orders-analytics': 8_040,
  'orders-analytics-jobs': 8_041,
};

/** Variable that fixes a port: `API_GATEWAY_PORT`, `POSTGRES_PORT`, … */
export const portVariable = (name: PortName): string => `${name.toUpperCase().replaceAll('-', '_')}_PORT`;
