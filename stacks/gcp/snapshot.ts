import { type App, TerraformStack } from 'cdktf';

export type Json = Readonly<Record<string, unknown>>;

/** Says so at the head of the analytics' snapshot. */
export const exampleNote =
  'Synthesized with addresses that stand in for what AWS tells (stacks/gcp/example-outputs.ts); never deployed like this.';

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every stack of an app as Terraform reads it, by the name of the stack. Throws when a stack is not whole. */
export function synthesized(app: App): Readonly<Record<string, Json>> {
  const stacks = app.node.children.filter((child) => TerraformStack.isStack(child)) as TerraformStack[];
  for (const stack of stacks) stack.prepareStack();
  const errors = stacks.flatMap((stack) => stack.node.findAll().flatMap((one) => one.node.validate()));
  if (errors.length > 0) throw new Error(errors.join('\n'));
  return Object.fromEntries(
    stacks.map((stack) => [stack.node.id, JSON.parse(JSON.stringify(stack.toTerraform())) as Json]),
  );
}

/**
 * One stack as people review it: keys in order, without what cdktf notes of its constructs, and texts of the release by their
 * names instead of their contents and hashes, which are reviewed where they are written.
 */
export function reviewable(stack: Json): Json {
  const text = JSON.stringify(sorted(stack))
    .replaceAll(/releases\/[0-9a-f]{64}\//g, 'releases/<hash>/')
    .replaceAll(/initialize\/[0-9a-f]{64}\.sh/g, 'initialize/<hash>.sh');
  const { resource, ...rest } = JSON.parse(text) as { resource: Record<string, Record<string, Json>> };
  const { google_storage_bucket_object: objects = {}, ...others } = resource;
  const unread = Object.fromEntries(
    Object.entries(objects).map(([id, one]) => [
      id,
      { ...one, content: `<text of ${String(one.name).split('/').at(-1)}>` },
    ]),
  );
  if (Object.keys(unread).length === 0) return sorted({ ...rest, resource: others }) as Json;
  const whole = sorted({ ...rest, resource: { ...others, google_storage_bucket_object: unread } }) as Json;
  return { '//': exampleNote, ...whole };
}

/** Without comments: cdktf keeps where a construct came from under that key. */
const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : isObject(value)
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([key]) => key !== '//')
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, inner]) => [key, sorted(inner)]),
        )
      : value;
