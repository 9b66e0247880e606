import type { Binding } from '../../services/platform/bindings.ts';
import {
  type ExternalName,
  type PostgresName,
  postgresNames,
  type ServiceName,
  type StoreName,
} from '../../services/platform/names.ts';
import { platform } from '../../services/platform/platform.ts';
import type { Environment } from '../environments.ts';
import { databaseName, databaseUser, secretName, serviceUrl, tableName, topicName } from '../naming.ts';

/** What is known only once the stacks are deployed. */
export type Deployed = {
  /** Host and port of the database's writer. */
  readonly database: { readonly hostname: string; readonly port: string | number };
  readonly kafkaBrokers: string;
  /** Issuer of the service-account tokens of the cluster. */
  readonly tokenIssuer: string;
};

/** A value for a parameter, or the name of a secret, whose value is in no template. */
export type Resolved =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'secret'; readonly name: string };

const value = (of: string): Resolved => ({ kind: 'value', value: of });

/** What a binding of a service stands for in the cluster. A database URL carries the service's login and no password. */
export function resolveInCluster(
  binding: Binding,
  service: ServiceName,
  row: Environment,
  deployed: Deployed,
): Resolved {
  switch (binding.kind) {
    case 'endpoint':
      return value(endpointOf(binding.of, row, deployed));
    case 'store':
      return value(
        isDatabase(binding.store) ? databaseUrl(binding.store, service, row, deployed) : tableName(row, binding.store),
      );
    case 'topic':
      return value(topicName(row, binding.topic));
    case 'secret':
      return { kind: 'secret', name: secretName(row, binding.secret) };
    case 'literal':
      return value(binding.value);
    default:
      return binding satisfies never;
  }
}

function endpointOf(name: ServiceName | ExternalName, row: Environment, deployed: Deployed): string {
  switch (name) {
    case 'kafka':
      return deployed.kafkaBrokers;
    case 'payment-provider':
      return row.paymentProviderUrl;
    case 'email':
      return `https://email.${row.region}.amazonaws.com`;
    case 'token-issuer':
      return `${deployed.tokenIssuer}/keys`;
    default:
      // A service: an external name that is missing above is none of these, and does not compile.
      return serviceUrl(platform.services[name]);
  }
}

const isDatabase = (name: StoreName): name is PostgresName => (postgresNames as readonly string[]).includes(name);

const databaseUrl = (
  database: PostgresName,
  service: ServiceName,
  row: Environment,
  { database: at }: Deployed,
): string => `postgres://${databaseUser(service)}@${at.hostname}:${at.port}/${databaseName(row, database)}`;
