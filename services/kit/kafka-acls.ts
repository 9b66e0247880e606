import type { createKafka } from './kafka.ts';

type Kafka = ReturnType<typeof createKafka>;

/** One thing that somebody may do with one topic or one consumer group. */
export type Access = {
  readonly on: 'topic' | 'group';
  readonly name: string;
  readonly may: 'read' | 'write' | 'describe';
};

/** What was changed, each as `allow read on topic orders.v1`. */
export type AclChanges = { readonly added: readonly string[]; readonly removed: readonly string[] };

/** Kafka's words by Kafka's codes (https://kafka.apache.org/protocol#The_Messages_CreateAcls). */
const words = {
  resource: ['', 'any', 'topic', 'group', 'cluster', 'transactional id', 'delegation token', 'user'],
  pattern: ['', 'any', 'match', 'literal', 'prefixed'],
  operation: [
    ...['', 'any', 'all', 'read', 'write', 'create', 'delete', 'alter', 'describe', 'cluster action'],
    ...['describe configs', 'alter configs', 'idempotent write', 'create tokens', 'describe tokens'],
  ],
  permission: ['', 'any', 'deny', 'allow'],
} as const;
const any = 1;
const code = (of: keyof typeof words, word: string): number => (words[of] as readonly string[]).indexOf(word);
const word = (of: keyof typeof words, number: number): string => words[of][number] || `${of} ${number}`;

/** An ACL as Kafka keeps it, in Kafka's codes. */
type Acl = {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly resourcePatternType: number;
  readonly principal: string;
  readonly host: string;
  readonly operation: number;
  readonly permissionType: number;
};

/**
 * Brings the ACLs of one principal (`User:name`) to exactly `wanted`: adds what is missing, then takes away what is beyond it, so
 * that who is at work loses nothing in between. ACLs of other principals are not touched. Throws a sentence when the brokers do not
 * let it, when they check no ACLs at all, and when `wanted` or the principal names everything.
 */
export async function bringAcls(kafka: Kafka, principal: string, wanted: readonly Access[]): Promise<AclChanges> {
  if (!/^User:[^*]+$/.test(principal)) throw new Error(`${principal} is not one user: say User:name.`);
  const asked = wanted.map((access) => aclOf(principal, access));
  const admin = kafka.admin();
  try {
    await admin.connect();
    const { resources } = await admin.describeAcls({
      resourceType: any,
      resourcePatternType: any,
      operation: any,
      permissionType: any,
      principal,
    });
    const held = resources.flatMap(({ acls, ...resource }) => acls.map((acl): Acl => ({ ...resource, ...acl })));
    const missing = without(asked, held);
    const beyond = without(held, asked);
    if (missing.length > 0) await admin.createAcls({ acl: [...missing] });
    if (beyond.length > 0) await admin.deleteAcls({ filters: [...beyond] });
    return { added: missing.map(sentenceOf), removed: beyond.map(sentenceOf) };
  } catch (error) {
    throw new Error(`The ACLs of ${principal} were not brought to what they should be: ${reasonOf(error)}`, {
      cause: error,
    });
  } finally {
    await admin.disconnect();
  }
}

function aclOf(principal: string, { on, name, may }: Access): Acl {
  // A star is Kafka's word for all of them.
  if (!/^[\w.-]+$/.test(name)) throw new Error(`${may} on ${on} "${name}": that is no name of one ${on}.`);
  return {
    resourceType: code('resource', on),
    resourceName: name,
    resourcePatternType: code('pattern', 'literal'),
    principal,
    host: '*',
    operation: code('operation', may),
    permissionType: code('permission', 'allow'),
  };
}

function sentenceOf(acl: Acl): string {
  const { permissionType, operation, resourceType, resourceName, resourcePatternType, host } = acl;
  const pattern = word('pattern', resourcePatternType);
  return [
    `${word('permission', permissionType)} ${word('operation', operation)} on ${word('resource', resourceType)} ${resourceName}`,
    ...(pattern === 'literal' ? [] : [`(${pattern})`]),
    ...(host === '*' ? [] : [`from ${host}`]),
  ].join(' ');
}

/** Those of `some` that are not among `others`; an ACL that is there twice, once. */
function without(some: readonly Acl[], others: readonly Acl[]): readonly Acl[] {
  const known = new Set(others.map(sentenceOf));
  return [...new Map(some.map((acl) => [sentenceOf(acl), acl])).entries()].flatMap(([sentence, acl]) =>
    known.has(sentence) ? [] : [acl],
  );
}

function reasonOf(error: unknown): string {
  switch ((error as { type?: string }).type) {
    case 'CLUSTER_AUTHORIZATION_FAILED':
      return (
        'this login may not see or change ACLs. It needs Describe and Alter on the cluster; a role of AWS needs ' +
        'kafka-cluster:Connect, kafka-cluster:DescribeCluster and kafka-cluster:AlterCluster.'
      );
    case 'SECURITY_DISABLED':
      return 'the brokers have no authorizer, so everybody may do everything: set authorizer.class.name.';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
