import { type ServiceName, serviceNames } from '../../services/platform/names.ts';
import type { DatabaseUrls } from './databases.ts';
import type { Elsewhere } from './engine-units.ts';
import type { LocalAddresses } from './environment.ts';
import type { LocalSecrets } from './secrets.ts';
import { companionNames, type PortName } from './unit-names.ts';

type Ports = Readonly<Record<PortName, number>>;

/** Where everything is, given the ports and what is elsewhere. */
export function localAddresses(options: {
  readonly ports: Ports;
  readonly elsewhere: Elsewhere;
  readonly databases: DatabaseUrls;
  readonly secrets: LocalSecrets;
  readonly jwksUrl: string;
}): LocalAddresses {
  const { ports, elsewhere, databases } = options;
  const at = (name: PortName) => `http://127.0.0.1:${ports[name]}`;
  const services = Object.fromEntries(serviceNames.map((name) => [name, at(name)])) as Record<ServiceName, string>;
  return {
    endpoints: {
      ...services,
      kafka: elsewhere.kafka ?? `127.0.0.1:${ports.kafka}`,
      'payment-provider': at('payment-provider'),
      email: elsewhere.ses ?? at('ses'),
      'token-issuer': options.jwksUrl,
    },
    databases: {
      'user-database': databases['user-database'].service,
      'product-database': databases['product-database'].service,
    },
    dynamodb: elsewhere.dynamodb ?? at('dynamodb'),
    secrets: options.secrets.values,
  };
}

/** What `.data/platform.json` says: name → address, without any password. */
export function publishedAddresses(addresses: LocalAddresses, ports: Ports, adminUrl: string): Record<string, string> {
  const at = (name: PortName) => `http://127.0.0.1:${ports[name]}`;
  return {
    gateway: addresses.endpoints['api-gateway'],
    ...Object.fromEntries(serviceNames.map((name) => [name, at(name)])),
    ...Object.fromEntries(companionNames.map((name) => [name, at(name)])),
    ...Object.fromEntries(serviceNames.map((name) => [`${name}-metrics`, `${at(`${name}-metrics`)}/metrics`])),
    'orders-analytics': at('orders-analytics-jobs'),
    'token-issuer': addresses.endpoints['token-issuer'],
    postgres: new URL(adminUrl).host,
    dynamodb: addresses.dynamodb,
    kafka: addresses.endpoints.kafka,
    mailbox: addresses.endpoints.email,
  };
}
