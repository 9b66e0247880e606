import { describe, expect, test } from 'vitest';
import { environmentNames } from '../../stacks/environments.ts';
import { type PodSpec, podsOf, podTemplates } from './objects.ts';
import { brokenControls, restricted } from './pod-security.ts';

test.each(environmentNames)('every pod of %s keeps to the restricted profile', (environment) => {
  const pods = podTemplates(environment);
  expect(pods.length).toBeGreaterThanOrEqual(7);
  for (const [name, { spec }] of pods) expect([name, brokenControls(spec)]).toEqual([name, []]);
});

const good = podsOf('prod', 'Deployment order-service').spec;
const [container] = good.containers;
if (!container) throw new Error('no container');
const pod = (change: object): PodSpec => ({ ...good, ...change });
const inContext = (change: object): PodSpec =>
  pod({ containers: [{ ...container, securityContext: { ...container.securityContext, ...change } }] });
const inPod = (change: object): PodSpec => pod({ securityContext: { ...good.securityContext, ...change } });
const inContainer = (change: object): PodSpec => pod({ containers: [{ ...container, ...change }] });
const without = (fields: object, ...keys: string[]): object =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => !keys.includes(key)));

/** Pods of somebody in a hurry: the control that each breaks, and nothing else of it. */
const planted: readonly (readonly [control: string, what: string, spec: PodSpec])[] = [
  ['Host processes', 'windowsOptions.hostProcess', inContext({ windowsOptions: { hostProcess: true } })],
  ['Host namespaces', 'hostNetwork', pod({ hostNetwork: true })],
  ['Host namespaces', 'hostPID', pod({ hostPID: true })],
  ['Host namespaces', 'hostIPC', pod({ hostIPC: true })],
  ['Privileged containers', 'privileged', inContext({ privileged: true })],
  ['Capabilities', 'drops nothing', inContext({ capabilities: undefined })],
  ['Capabilities', 'drops some', inContext({ capabilities: { drop: ['NET_RAW'] } })],
  ['Capabilities', 'adds SYS_ADMIN', inContext({ capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] } })],
  ['Volume types', 'hostPath', pod({ volumes: [{ name: 'node', hostPath: { path: '/' } }] })],
  ['Volume types', 'nfs', pod({ volumes: [{ name: 'far', nfs: { server: 'x', path: '/' } }] })],
  ['Host ports', 'hostPort', inContainer({ ports: [{ name: 'http', containerPort: 80, hostPort: 80 }] })],
  [
    'Host probes and lifecycle hooks',
    'a probe of another host',
    inContainer({ livenessProbe: { httpGet: { path: '/', port: 80, host: '169.254.169.254' } } }),
  ],
  [
    'Host probes and lifecycle hooks',
    'a hook that asks another host',
    inContainer({ lifecycle: { preStop: { tcpSocket: { port: 80, host: '10.0.0.1' } } } }),
  ],
  ['AppArmor', 'Unconfined', inPod({ appArmorProfile: { type: 'Unconfined' } })],
  ['SELinux', 'spc_t', inContext({ seLinuxOptions: { type: 'spc_t' } })],
  ['SELinux', 'a user', inPod({ seLinuxOptions: { user: 'system_u' } })],
  ['/proc mount type', 'Unmasked', inContext({ procMount: 'Unmasked' })],
  ['Seccomp', 'none', pod({ securityContext: without(good.securityContext ?? {}, 'seccompProfile') })],
  ['Seccomp', 'Unconfined in a container', inContext({ seccompProfile: { type: 'Unconfined' } })],
  ['Sysctls', 'net.core.somaxconn', inPod({ sysctls: [{ name: 'net.core.somaxconn', value: '1' }] })],
  ['Privilege escalation', 'not said', inContext({ allowPrivilegeEscalation: undefined })],
  ['Privilege escalation', 'allowed', inContext({ allowPrivilegeEscalation: true })],
  ['Running as non-root', 'a container that may', inContext({ runAsNonRoot: false })],
  [
    'Running as non-root',
    'not said',
    {
      ...inContext({ runAsNonRoot: undefined }),
      securityContext: without(good.securityContext ?? {}, 'runAsNonRoot') as Record<string, unknown>,
    },
  ],
  ['Running as a non-root user', 'user 0', inContext({ runAsUser: 0 })],
];

describe('the rules', () => {
  test.each(planted)('%s: %s is refused', (control, _, spec) => {
    expect(brokenControls(spec)).toEqual([expect.stringMatching(new RegExp(`^${control}: `))]);
  });

  test('every control has been seen to refuse something', () => {
    expect(new Set(planted.map(([control]) => control))).toEqual(new Set(Object.keys(restricted)));
  });

  test('they look into init containers and ephemeral ones', () => {
    const root = { ...container, name: 'second', securityContext: { ...container.securityContext, runAsUser: 0 } };
    for (const list of ['initContainers', 'ephemeralContainers'])
      expect(brokenControls(pod({ [list]: [root] }))).toEqual(['Running as a non-root user: container second']);
  });
});
