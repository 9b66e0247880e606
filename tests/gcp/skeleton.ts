import type { Json } from '../../stacks/gcp/snapshot.ts';

type Block = Readonly<Record<string, Readonly<Record<string, Json>>>>;

const nameOf = (type: string, name: string): string => `${type}--${name}`;
/** `google_compute_network.network.id`, also of what is read: type and name. */
const reference = /\b(?:data\.)?(google_\w+)\.([\w-]+)/g;

/**
 * A stack with every resource as one of Terraform's own kind, which holds the attributes as they are: without Google's provider
 * that is what shows whether every name that is referred to exists, and whether nothing waits for itself.
 */
export function skeletonOf(stack: Json): Json {
  const { resource = {}, data = {}, output, variable, terraform } = stack as Record<string, unknown>;
  const things = [...Object.entries(resource as Block), ...Object.entries(data as Block)].flatMap(([type, named]) =>
    Object.entries(named).map(([name, block]) => [nameOf(type, name), thing(block)] as const),
  );
  const { required_version } = terraform as Json;
  return {
    ...(output === undefined ? {} : { output: rewritten(output) }),
    ...(variable === undefined ? {} : { variable }),
    terraform: { required_version },
    resource: { terraform_data: Object.fromEntries(things) },
  };
}

function thing({ depends_on, lifecycle: _, provider: __, '//': ___, ...attributes }: Json): Json {
  const waits = (depends_on ?? []) as readonly string[];
  return {
    input: rewritten(attributes),
    ...(waits.length > 0 && {
      depends_on: waits.map((one) =>
        one.replaceAll(reference, (_, type, name) => `terraform_data.${nameOf(type, name)}`),
      ),
    }),
  };
}

/** The same with references into the skeleton; only what stands in `${…}` is one. */
const rewritten = (value: unknown): unknown =>
  typeof value === 'string'
    ? value.replaceAll(/(?<!\$)\$\{[^}]*\}/g, (inside) =>
        inside.replaceAll(reference, (_, type, name) => `terraform_data.${nameOf(type, name)}.output`),
      )
    : Array.isArray(value)
      ? value.map(rewritten)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .filter(([key]) => key !== '//')
              .map(([key, inner]) => [key, rewritten(inner)]),
          )
        : value;
