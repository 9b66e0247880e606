import type { Resource, Template } from './gates/template.ts';

/** What deploying would do to one thing of a template. */
export type Change = {
  readonly what: 'added' | 'removed' | 'changed';
  /** `AWS::EC2::VPC Vpc8378EB38`, or `output VpcId`. */
  readonly subject: string;
  /** Dotted path of the property, and its values as JSON; only where something was changed. */
  readonly property?: string;
  readonly before?: string;
  readonly after?: string;
  /** Who may reach or read something may be different afterwards. */
  readonly security: boolean;
};

const securityTypes =
  /^AWS::(IAM|KMS|SecretsManager|WAFv2)::|SecurityGroup|Policy$|Permission$|AccessEntry|PodIdentity|Listener$|ScramSecret/;
const securityProperties =
  /Encrypt|Kms|SSE|Public|Policy|Role|Security|Cidr|Authentication|Auth|Ssl|Tls|Principal|Protection|Logging|LogExport|force_ssl|Access/i;

/** Every difference between two templates, in the order of the later one; removed things last. */
export function changesBetween(before: Template | undefined, after: Template | undefined): readonly Change[] {
  const sections = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...sections].toSorted().flatMap((section) => {
    const [old, now] = [entriesOf(before, section), entriesOf(after, section)];
    const keys = [...new Set([...Object.keys(now), ...Object.keys(old)])];
    return keys.flatMap((key) => changesOf(section, key, old[key], now[key]));
  });
}

const entriesOf = (template: Template | undefined, section: string): Record<string, unknown> =>
  isObject(template?.[section]) ? template[section] : {};

function changesOf(section: string, key: string, before: unknown, after: unknown): readonly Change[] {
  const type = section === 'Resources' ? ((after ?? before) as Resource).Type : '';
  const subject = section === 'Resources' ? `${type} ${key}` : `${section.toLowerCase().replace(/s$/, '')} ${key}`;
  const ofSecurity = securityTypes.test(type);
  if (before === undefined) return [{ what: 'added', subject, security: ofSecurity }];
  if (after === undefined) return [{ what: 'removed', subject, security: ofSecurity || section === 'Resources' }];
  return differences(before, after, '').map(([property, old, now]) => ({
    what: 'changed',
    subject,
    property,
    before: old,
    after: now,
    security: ofSecurity || securityProperties.test(property),
  }));
}

type Difference = readonly [path: string, before: string, after: string];

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function differences(before: unknown, after: unknown, path: string): readonly Difference[] {
  if (isObject(before) && isObject(after) && Array.isArray(before) === Array.isArray(after))
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      differences(before[key], after[key], path === '' ? key : `${path}.${key}`),
    );
  const [old, now] = [words(before), words(after)];
  return old === now ? [] : [[path.replace(/^Properties\./, ''), old, now]];
}

const words = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));
