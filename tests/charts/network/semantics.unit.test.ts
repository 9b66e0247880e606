import { expect, test } from 'vitest';
import { mayReach, type Place, type Policy, within } from './semantics.ts';

/** Rules of https://kubernetes.io/docs/concepts/services-networking/network-policies/, each with its example. */
const pod = (name: string, namespace = 'default', ip = '10.0.32.7'): Place => ({
  kind: 'pod',
  name,
  namespace,
  labels: { role: name },
  ip,
  ports: { metrics: 9000 },
});
const [db, frontend, other] = [pod('db'), pod('frontend'), pod('other', 'elsewhere')];
const host: Place = { kind: 'address', name: 'host', ip: '172.17.1.9' };
const tcp = (port: number) => ({ port, protocol: 'TCP' as const });
const policy = (spec: Partial<Policy['spec']>, namespace = 'default'): Policy => ({
  metadata: { name: 'one', namespace },
  spec: { podSelector: {}, ...spec },
});

test('a pod that no policy selects accepts and sends everything', () => {
  expect(mayReach([], frontend, db, tcp(6379))).toBe(true);
  expect(mayReach([policy({}, 'elsewhere')], frontend, db, tcp(6379))).toBe(true);
});

test('a policy without rules refuses its direction and leaves the other alone', () => {
  const ingress = [policy({ podSelector: { matchLabels: { role: 'db' } }, policyTypes: ['Ingress'] })];
  expect(mayReach(ingress, frontend, db, tcp(6379))).toBe(false);
  expect(mayReach(ingress, db, frontend, tcp(6379))).toBe(true);
  const egress = [policy({ policyTypes: ['Egress'] })];
  expect(mayReach(egress, other, db, tcp(6379))).toBe(true);
  expect(mayReach(egress, db, other, tcp(6379))).toBe(false);
});

test('without types a policy is for ingress, and for egress only where it has rules for it', () => {
  expect(mayReach([policy({})], frontend, other, tcp(1))).toBe(true);
  expect(mayReach([policy({ egress: [] })], frontend, other, tcp(1))).toBe(false);
});

test('an empty rule allows everything; a missing one nothing', () => {
  expect(mayReach([policy({ ingress: [{}] })], other, db, tcp(6379))).toBe(true);
  expect(mayReach([policy({ ingress: [] })], other, db, tcp(6379))).toBe(false);
});

test('policies add up, whatever their order', () => {
  const deny = policy({ ingress: [] });
  const allow = policy({ ingress: [{ ports: [{ port: 6379 }] }] });
  expect(mayReach([deny, allow], frontend, db, tcp(6379))).toBe(true);
  expect(mayReach([allow, deny], frontend, db, tcp(6380))).toBe(false);
});

test('both ends must allow', () => {
  const out = policy({ podSelector: { matchLabels: { role: 'frontend' } }, policyTypes: ['Egress'], egress: [] });
  const open = policy({ podSelector: { matchLabels: { role: 'db' } }, ingress: [{}] });
  expect(mayReach([out, open], frontend, db, tcp(6379))).toBe(false);
});

test('a selector of pods alone means pods of the policy’s own namespace', () => {
  const rules = [policy({ ingress: [{ from: [{ podSelector: {} }] }] })];
  expect(mayReach(rules, frontend, db, tcp(6379))).toBe(true);
  expect(mayReach(rules, other, db, tcp(6379))).toBe(false);
});

test('namespace and pod in one peer are both required; in two peers either is enough', () => {
  const where = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'elsewhere' } } };
  const who = { podSelector: { matchLabels: { role: 'frontend' } } };
  expect(mayReach([policy({ ingress: [{ from: [{ ...where, ...who }] }] })], other, db, tcp(1))).toBe(false);
  expect(mayReach([policy({ ingress: [{ from: [where, who] }] })], other, db, tcp(1))).toBe(true);
  expect(mayReach([policy({ ingress: [{ from: [where, who] }] })], frontend, db, tcp(1))).toBe(true);
});

test('a block of addresses leaves its exceptions out', () => {
  const rules = [policy({ ingress: [{ from: [{ ipBlock: { cidr: '172.17.0.0/16', except: ['172.17.1.0/24'] } }] }] })];
  expect(mayReach(rules, host, db, tcp(1))).toBe(false);
  expect(mayReach(rules, { ...host, ip: '172.17.2.9' } as Place, db, tcp(1))).toBe(true);
});

test('a block of addresses covers the pods that have them', () => {
  const rules = [policy({ ingress: [{ from: [{ ipBlock: { cidr: '10.0.32.0/19', except: ['10.0.33.0/24'] } }] }] })];
  expect(mayReach(rules, other, db, tcp(1))).toBe(true);
  expect(mayReach(rules, pod('other', 'elsewhere', '10.0.33.7'), db, tcp(1))).toBe(false);
  expect(mayReach(rules, pod('other', 'elsewhere', '10.0.64.7'), db, tcp(1))).toBe(false);
});

test('ports are meant by number, by the name that the server gives them, by protocol and as a range', () => {
  const ports = (...of: { port?: number | string; protocol?: string; endPort?: number }[]) => [
    policy({ podSelector: { matchLabels: { role: 'db' } }, ingress: [{ ports: of }] }),
  ];
  expect(mayReach(ports({ port: 'metrics' }), frontend, db, tcp(9000))).toBe(true);
  expect(mayReach(ports({ port: 'unknown' }), frontend, db, tcp(9000))).toBe(false);
  expect(mayReach(ports({ port: 53, protocol: 'UDP' }), frontend, db, tcp(53))).toBe(false);
  expect(mayReach(ports({ port: 32000, endPort: 32768 }), frontend, db, tcp(32500))).toBe(true);
  expect(mayReach(ports({ protocol: 'TCP' }), frontend, db, tcp(7))).toBe(true);
});

test('expressions select as labels do', () => {
  const from = (operator: string, values?: string[]) => [
    policy({
      podSelector: { matchLabels: { role: 'db' } },
      ingress: [
        { from: [{ podSelector: { matchExpressions: [{ key: 'role', operator, ...(values ? { values } : {}) }] } }] },
      ],
    }),
  ];
  expect(mayReach(from('In', ['frontend']), frontend, db, tcp(1))).toBe(true);
  expect(mayReach(from('NotIn', ['frontend']), frontend, db, tcp(1))).toBe(false);
  expect(mayReach(from('Exists'), frontend, db, tcp(1))).toBe(true);
  expect(mayReach(from('DoesNotExist'), frontend, db, tcp(1))).toBe(false);
});

test('a range is told by its leading bits', () => {
  expect(within('10.20.255.1', '10.20.0.0/16')).toBe(true);
  expect(within('10.21.0.1', '10.20.0.0/16')).toBe(false);
  expect(within('169.254.170.23', '169.254.170.23/32')).toBe(true);
});
