import { parse } from 'yaml';

type Files = Readonly<Record<string, string>>;
type Tree = { readonly [key: string]: unknown };
type Manifest = Tree & {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
};

export type ObjectChange = {
  readonly environment: string;
  readonly what: 'added' | 'changed' | 'removed';
  /** `Deployment order-service` */
  readonly subject: string;
  /** Where in it, and from what to what; only when it was changed. */
  readonly field?: string;
  readonly before?: string;
  readonly after?: string;
  /** Whether who may do what, or what runs, hangs on it. */
  readonly security: boolean;
};

/** What differs between two sets of manifests (text by path below charts/manifests), object by object, field by field. */
export function objectChanges(before: Files, after: Files): readonly ObjectChange[] {
  const [old, now] = [objectsOf(before), objectsOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].toSorted().flatMap((key) => {
    const [was, is] = [old.get(key), now.get(key)];
    const one = is ?? was;
    if (!one) return [];
    const named = { environment: one.environment, subject: one.subject };
    if (!was || !is)
      return [{ ...named, what: is ? 'added' : 'removed', security: guards.has(one.manifest.kind) } as const];
    return fieldChanges(leavesOf(was.manifest), leavesOf(is.manifest)).map((change) => ({
      ...named,
      ...change,
      what: 'changed' as const,
      security: guards.has(one.manifest.kind) || guarding.test(change.field),
    }));
  });
}

/** Kinds that say who may do or reach what; a migration is what runs with the administrator's rights. */
const guards: ReadonlySet<string> = new Set([
  'AppProject',
  'ClusterSecretStore',
  'ExternalSecret',
  'Namespace',
  'NetworkPolicy',
  'NodeClass',
  'ServiceAccount',
]);
const guarding =
  /securityContext|\.image$|serviceAccount|automount|volumes|host(Network|PID|IPC|Path|Port)|env\b|args|command/i;

type Found = { readonly environment: string; readonly subject: string; readonly manifest: Manifest };

function objectsOf(files: Files): ReadonlyMap<string, Found> {
  return new Map(
    Object.entries(files).map(([path, text]) => {
      const environment = path.split('/')[0] ?? '';
      const manifest: Manifest = parse(text, { version: '1.1' });
      const { kind, metadata } = manifest;
      const subject = `${kind} ${metadata.name}`;
      return [`${environment} ${subject} ${metadata.namespace ?? ''}`, { environment, subject, manifest }];
    }),
  );
}

/** A list whose items have names is read by them, so that one more at its beginning is one change. */
function leavesOf(node: unknown, at = ''): ReadonlyMap<string, string> {
  if (typeof node !== 'object' || node === null) return new Map([[at, String(node)]]);
  const entries: [string, unknown][] = Array.isArray(node)
    ? node.map((item, index) => [`${at}[${nameOf(item) ?? index}]`, item])
    : Object.entries(node).map(([key, value]) => [at ? `${at}.${key}` : key, value]);
  if (entries.length === 0) return new Map([[at, Array.isArray(node) ? 'none' : 'all']]);
  return new Map(entries.flatMap(([path, value]) => [...leavesOf(value, path)]));
}

const nameOf = (item: unknown): string | undefined =>
  typeof item === 'object' && item !== null && 'name' in item && typeof item.name === 'string' ? item.name : undefined;

const fieldChanges = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) =>
  [...new Set([...before.keys(), ...after.keys()])]
    .filter((field) => before.get(field) !== after.get(field))
    .map((field) => ({
      field,
      ...(before.has(field) ? { before: before.get(field) } : {}),
      ...(after.has(field) ? { after: after.get(field) } : {}),
    }));
