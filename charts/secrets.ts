import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ServiceFacts } from '../services/platform/facts.ts';
import { namespace, parameterName, secretName } from '../stacks/naming.ts';
import type { ClusterRow } from './cluster-row.ts';
import { selectorOf } from './labels.ts';

/** Where the operator reads: the parameters of the stacks in SSM, and what somebody filled in or AWS keeps in Secrets Manager. */
const stores = { parameters: 'ParameterStore', secrets: 'SecretsManager' } as const;

/** A value at AWS, by its name there; `property` is a field of a secret that is JSON. */
export type RemoteValue = { readonly from: keyof typeof stores; readonly key: string; readonly property?: string };

/** Secrets for the namespace of the services only; the operator's own role reads them (stacks/aws/parameters.ts). */
export function secretStores(scope: Construct, row: ClusterRow): void {
  for (const [name, service] of Object.entries(stores))
    new ApiObject(scope, `Store ${name}`, {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ClusterSecretStore',
      metadata: { name },
      spec: { provider: { aws: { service, region: row.region } }, conditions: [{ namespaces: [namespace] }] },
    });
}

/** The name of the Secret with the addresses, names and secrets that a service reads. */
export const environmentSecret = (service: ServiceFacts['name']): string => `${service}-environment`;

/** Each variable of a service under the name that the stack Parameters gives it. */
export const remoteEnvironment = (facts: ServiceFacts, row: ClusterRow): Readonly<Record<string, RemoteValue>> =>
  Object.fromEntries(
    Object.entries(facts.environment)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([variable, binding]) => [
        variable,
        binding.kind === 'secret'
          ? { from: 'secrets', key: secretName(row, binding.secret) }
          : { from: 'parameters', key: parameterName(row, facts.name, variable) },
      ]),
  );

type Wanted = {
  readonly name: string;
  /** Whose secret it is. */
  readonly of: string;
  readonly values: Readonly<Record<string, RemoteValue>>;
  /** What is made of the values; without it, each is a field of its own name. */
  readonly template?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
};

/** A Secret that the operator makes, and asks AWS about once an hour; no value of it is in a manifest. */
export function externalSecret(scope: Construct, id: string, wanted: Wanted): void {
  const { name, of, values, template, annotations } = wanted;
  new ApiObject(scope, id, {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name, labels: selectorOf(of), annotations },
    spec: {
      refreshInterval: '1h',
      target: {
        name,
        creationPolicy: 'Owner',
        deletionPolicy: 'Retain',
        ...(template ? { template: { engineVersion: 'v2', data: template } } : {}),
      },
      data: Object.entries(values).map(([secretKey, { from, key, property }]) => ({
        secretKey,
        sourceRef: { storeRef: { kind: 'ClusterSecretStore', name: from } },
        // The operator's defaults, written down: Argo CD would take what the cluster adds for a difference.
        remoteRef: {
          key,
          property,
          conversionStrategy: 'Default',
          decodingStrategy: 'None',
          metadataPolicy: 'None',
        },
      })),
    },
  });
}
