import type { PodSpec } from './objects.ts';

type Fields = Readonly<Record<string, unknown>>;
type Part = { readonly where: string; readonly fields: Fields };

/** What the restricted profile lets a pod have, from the text of the standard (https://kubernetes.io/docs/concepts/security/pod-security-standards/). */
const volumeTypes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];
const seLinuxTypes = [undefined, '', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'];
const sysctls = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
];
const appArmorTypes = [undefined, 'RuntimeDefault', 'Localhost'];
const hooks = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;

const fieldsOf = (value: unknown): Fields => (value && typeof value === 'object' ? (value as Fields) : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const containersOf = (spec: PodSpec): readonly Part[] =>
  (['containers', 'initContainers', 'ephemeralContainers'] as const).flatMap((list) =>
    (spec[list] ?? []).map((one) => ({ where: `container ${one.name}`, fields: one })),
  );

/** The pod's own security context and those of all its containers. */
const contextsOf = (spec: PodSpec): readonly Part[] => [
  { where: 'pod', fields: fieldsOf(spec.securityContext) },
  ...containersOf(spec).map(({ where, fields }) => ({ where, fields: fieldsOf(fields.securityContext) })),
];

/** Which containers have, by themselves or from the pod, something else than what `allowed` says. */
const inherited = (spec: PodSpec, allowed: (context: Fields) => boolean | undefined): readonly string[] => {
  const [pod, ...containers] = contextsOf(spec);
  return containers
    .filter(({ fields }) => !(allowed(fields) ?? allowed(pod?.fields ?? {}) ?? false))
    .map(({ where }) => where);
};

const where = (parts: readonly Part[], broken: (fields: Fields) => boolean): readonly string[] =>
  parts.filter(({ fields }) => broken(fields)).map((part) => part.where);

/** Each control of the standard: where in a pod it is broken. */
export const restricted: Readonly<Record<string, (spec: PodSpec) => readonly string[]>> = {
  'Host processes': (spec) =>
    where(contextsOf(spec), ({ windowsOptions }) => fieldsOf(windowsOptions).hostProcess === true),
  'Host namespaces': (spec) => ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field] === true),
  'Privileged containers': (spec) => where(contextsOf(spec), ({ privileged }) => privileged === true),
  Capabilities: (spec) =>
    where(contextsOf(spec).slice(1), ({ capabilities }) => {
      const { drop, add } = fieldsOf(capabilities);
      return !listOf(drop).includes('ALL') || listOf(add).some((one) => one !== 'NET_BIND_SERVICE');
    }),
  'Volume types': (spec) =>
    (spec.volumes ?? [])
      .filter((volume) => !Object.keys(volume).some((type) => volumeTypes.includes(type)))
      .map(({ name }) => `volume ${name}`),
  'Host ports': (spec) =>
    where(containersOf(spec), ({ ports }) => listOf(ports).some((port) => Boolean(fieldsOf(port).hostPort))),
  'Host probes and lifecycle hooks': (spec) =>
    where(containersOf(spec), (container) =>
      [
        ...hooks.map((hook) => container[hook]),
        ...['postStart', 'preStop'].map((hook) => fieldsOf(container.lifecycle)[hook]),
      ].some((hook) => ['httpGet', 'tcpSocket'].some((kind) => Boolean(fieldsOf(fieldsOf(hook)[kind]).host))),
    ),
  AppArmor: (spec) =>
    where(contextsOf(spec), ({ appArmorProfile }) => !appArmorTypes.includes(fieldsOf(appArmorProfile).type as string)),
  SELinux: (spec) =>
    where(contextsOf(spec), ({ seLinuxOptions }) => {
      const { type, user, role } = fieldsOf(seLinuxOptions);
      return !seLinuxTypes.includes(type as string) || Boolean(user) || Boolean(role);
    }),
  '/proc mount type': (spec) =>
    where(contextsOf(spec), ({ procMount }) => procMount !== undefined && procMount !== 'Default'),
  Seccomp: (spec) => [
    ...inherited(spec, ({ seccompProfile }) =>
      seccompProfile === undefined
        ? undefined
        : ['RuntimeDefault', 'Localhost'].includes(fieldsOf(seccompProfile).type as string),
    ),
    ...where(contextsOf(spec).slice(0, 1), ({ seccompProfile }) => fieldsOf(seccompProfile).type === 'Unconfined'),
  ],
  Sysctls: (spec) =>
    listOf(fieldsOf(spec.securityContext).sysctls)
      .map((one) => String(fieldsOf(one).name))
      .filter((name) => !sysctls.includes(name)),
  'Privilege escalation': (spec) =>
    where(contextsOf(spec).slice(1), ({ allowPrivilegeEscalation }) => allowPrivilegeEscalation !== false),
  'Running as non-root': (spec) => [
    ...inherited(spec, ({ runAsNonRoot }) => (runAsNonRoot === undefined ? undefined : runAsNonRoot === true)),
  ],
  'Running as a non-root user': (spec) => where(contextsOf(spec), ({ runAsUser }) => runAsUser === 0),
};

/** One sentence for each control that a pod breaks. */
export const brokenControls = (spec: PodSpec): readonly string[] =>
  Object.entries(restricted).flatMap(([control, broken]) => broken(spec).map((at) => `${control}: ${at}`));
