import { parse } from 'yaml';
import { clusterRows } from '../../charts/cluster-row.ts';
import { manifestsOf } from '../../charts/manifests.ts';
import { type EnvironmentName, environmentNames } from '../../stacks/environments.ts';

type Container = {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly envFrom?: readonly { readonly secretRef: { readonly name: string } }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number; readonly hostPort?: number }[];
  readonly resources?: Readonly<Record<'requests' | 'limits', Readonly<Record<string, string>>>>;
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly lifecycle?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
} & Readonly<Partial<Record<'livenessProbe' | 'readinessProbe' | 'startupProbe', Probe>>>;
type Probe = { readonly httpGet?: { readonly path: string; readonly port: number; readonly host?: string } };
type Volume = { readonly name: string } & Readonly<Record<string, unknown>>;

/** What the checks read of a pod; Kubernetes' own words. */
export type PodSpec = {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly ephemeralContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly affinity?: unknown;
  readonly topologySpreadConstraints?: readonly { readonly topologyKey: string; readonly whenUnsatisfiable: string }[];
} & Readonly<Record<string, unknown>>;

export type KubernetesObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, string>>;
};
export type PodTemplate = {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: PodSpec;
};

/** What is synthesized for an environment, read back as a cluster would. */
export const objectsOf = (environment: EnvironmentName): readonly KubernetesObject[] =>
  Object.values(manifestsOf(clusterRows[environment])).map((text) => parse(text, { version: '1.1' }));

const all = Object.fromEntries(environmentNames.map((name) => [name, objectsOf(name)])) as Readonly<
  Record<EnvironmentName, readonly KubernetesObject[]>
>;

/** The objects of a kind. */
export const ofKind = (environment: EnvironmentName, kind: string): readonly KubernetesObject[] =>
  all[environment].filter((one) => one.kind === kind);

/** The object of a kind and name. Throws when it is not there. */
export function object(environment: EnvironmentName, kind: string, name: string): KubernetesObject {
  const found = ofKind(environment, kind).find(({ metadata }) => metadata.name === name);
  if (!found) throw new Error(`${environment} has no ${kind} ${name}.`);
  return found;
}

/** Whatever makes pods, with the pods that it makes. */
export const podTemplates = (environment: EnvironmentName): readonly (readonly [string, PodTemplate])[] =>
  all[environment].flatMap((one) => {
    const spec = one.spec as { template?: PodTemplate; jobTemplate?: { spec: { template: PodTemplate } } } | undefined;
    const template = spec?.jobTemplate?.spec.template ?? spec?.template;
    const pods = template && 'containers' in template.spec ? template : undefined;
    return pods ? [[`${one.kind} ${one.metadata.name}`, pods] as const] : [];
  });

/** The pods of a workload. Throws when there is none. */
export function podsOf(environment: EnvironmentName, workload: string): PodTemplate {
  const found = podTemplates(environment).find(([name]) => name === workload);
  if (!found) throw new Error(`${environment} has no ${workload}.`);
  return found[1];
}
