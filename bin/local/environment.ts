import type { Binding, Bindings } from '../../services/platform/bindings.ts';
import type {
  DynamoName,
  ExternalName,
  PostgresName,
  SecretName,
  ServiceName,
  StoreName,
} from '../../services/platform/names.ts';
import { postgresNames } from '../../services/platform/names.ts';
import { localAws } from './aws.ts';

/** Where everything is on this machine. */
export type LocalAddresses = {
  /** Base URLs; host:port for Kafka, the JWKS URL for the token issuer. */
  readonly endpoints: Readonly<Record<ServiceName | ExternalName, string>>;
  /** Connection URLs with the login of the owning service. */
  readonly databases: Readonly<Record<PostgresName, string>>;
  /** URL of DynamoDB. */
  readonly dynamodb: string;
  readonly secrets: Readonly<Record<SecretName, string>>;
};

/** The environment variables that the bindings of a workload stand for on this machine. */
export function resolveBindings(bindings: Bindings, addresses: LocalAddresses): Record<string, string> {
  return Object.fromEntries(Object.entries(bindings).map(([name, binding]) => [name, resolve(binding, addresses)]));
}

function resolve(binding: Binding, addresses: LocalAddresses): string {
  switch (binding.kind) {
    case 'endpoint':
      return addresses.endpoints[binding.of];
    case 'store':
      return isDatabase(binding.store) ? addresses.databases[binding.store] : tableName(binding.store);
    case 'topic':
      return binding.topic;
    case 'secret':
      return addresses.secrets[binding.secret];
    case 'literal':
      return binding.value;
    default:
      return binding satisfies never;
  }
}

const isDatabase = (name: StoreName): name is PostgresName => (postgresNames as readonly string[]).includes(name);

/** Tables carry their plain names here; the clouds put the environment in front. */
const tableName = (name: DynamoName): string => name;

/** What the AWS SDK reads by itself, pointed at this machine. */
export const awsEnvironment = ({ dynamodb, endpoints }: LocalAddresses): Record<string, string> => ({
  AWS_REGION: localAws.region,
  AWS_ACCESS_KEY_ID: localAws.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: localAws.credentials.secretAccessKey,
  AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
  AWS_ENDPOINT_URL_SESV2: endpoints.email,
});
