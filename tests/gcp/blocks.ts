import type { Json } from '../../stacks/gcp/snapshot.ts';

export type Named = { readonly type: string; readonly name: string; readonly block: Json };

/** Every resource of a stack, of one type or of all. */
export const resources = (stack: Json, type?: string): readonly Named[] =>
  Object.entries((stack.resource ?? {}) as Record<string, Record<string, Json>>)
    .filter(([own]) => type === undefined || own === type)
    .flatMap(([own, named]) => Object.entries(named).map(([name, block]) => ({ type: own, name, block })));

/** The value at a dotted path; undefined where it ends early. */
export const at = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Json)[key] : undefined),
      value,
    );

/** A copy with another value at a dotted path, or without it. Throws where the path leads nowhere, so that no test goes blind. */
export function spoiled(stack: Json, path: string, value: unknown): Json {
  const copy = structuredClone(stack) as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const inner = keys.reduce<Record<string, unknown>>((outer, key) => {
    const next = outer[key];
    if (typeof next !== 'object' || next === null) throw new Error(`nothing at ${key} of ${path}`);
    return next as Record<string, unknown>;
  }, copy);
  if (value === undefined) {
    if (!(last in inner)) throw new Error(`nothing at ${path}`);
    delete inner[last];
  } else inner[last] = value;
  return copy;
}

/** Every string of a value with the dotted path to it. */
export const strings = (value: unknown, path = ''): readonly (readonly [path: string, text: string])[] =>
  typeof value === 'string'
    ? [[path, value]]
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => strings(inner, path === '' ? key : `${path}.${key}`))
      : [];

/** A text as Terraform would upload it. Throws where it would put something else into it. */
export function uploaded(content: unknown): string {
  const text = String(content);
  if (/(?<![$%])[$%]\{/.test(text))
    throw new Error(`Terraform would fill in ${text.match(/(?<![$%])[$%]\{[^}]*\}?/)?.[0]}`);
  return text.replaceAll(/([$%])\1\{/g, '$1{');
}
