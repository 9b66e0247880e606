import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { synthesizedManifests } from '../../../bin/charts/committed.ts';
import { autoModeSpecs } from './own.ts';

/**
 * Makes manifests.json, which every manifest is checked against: `node tests/charts/schemas/derive.ts <swagger.json> <definition.yaml>…` with
 * api/openapi-spec/swagger.json of the cluster's Kubernetes (in the Go module k8s.io/kubernetes, too) and the
 * CustomResourceDefinitions of the operators. Only what our kinds need; every unknown field is refused. Where a definition of an
 * operator is larger than the rest together, only the fields that our manifests use are kept.
 */
type Schema = { readonly [key: string]: unknown };
const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const [swagger = '', ...customFiles] = process.argv.slice(2);
const { definitions } = JSON.parse(readFileSync(swagger, 'utf8')) as { definitions: Record<string, Schema> };
const samples = Object.values(synthesizedManifests()).map((text) => parse(text, { version: '1.1' }) as Schema);
const wanted = new Set(samples.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`));

/** Words that say nothing about what is valid. */
const noise = /^(description|default|example|externalDocs|title|format|x-kubernetes-.*)$/;

function strict(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(strict);
  if (!isSchema(node)) return node;
  if (node['x-kubernetes-int-or-string'] || node.format === 'int-or-string') return { type: ['integer', 'string'] };
  const kept = Object.entries(node).filter(
    // JavaScript has no such group; the values beside it are listed without it.
    ([key, value]) => (!noise.test(key) || isSchema(value)) && !(key === 'pattern' && String(value).includes('(?i)')),
  );
  const schema: Record<string, unknown> = Object.fromEntries(
    kept.map(([key, value]) => [key, key === 'properties' ? eachOf(value as Schema) : strict(value)]),
  );
  if (schema.properties && !node['x-kubernetes-preserve-unknown-fields'] && schema.additionalProperties === undefined)
    schema.additionalProperties = false;
  return schema;
}
const eachOf = (properties: Schema) =>
  Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, strict(value)]));

/** The fields that some sample has, all the way down. */
function used(schema: Schema, values: readonly unknown[]): Schema {
  if (isSchema(schema.items)) return { ...schema, items: used(schema.items, values.flat()) };
  if (!isSchema(schema.properties)) return schema;
  const properties = Object.entries(schema.properties).flatMap(([key, child]) => {
    const found = values.filter(isSchema).flatMap((value) => (key in value ? [value[key]] : []));
    return found.length > 0 && isSchema(child) ? [[key, used(child, found)] as const] : [];
  });
  const names = new Set(properties.map(([key]) => key));
  const required = (Array.isArray(schema.required) ? schema.required : []).filter((key) => names.has(key));
  return { ...schema, properties: Object.fromEntries(properties), ...(schema.required ? { required } : {}) };
}

const shapes: Record<string, unknown> = {};
const kinds: Record<string, unknown> = {};
const shortName = (reference: string) =>
  reference.replace('#/definitions/', '').replace(/^io\.k8s\.(api|apimachinery\.pkg)\./, '');
function add(name: string): void {
  const short = shortName(name);
  if (shapes[short]) return;
  const text = JSON.stringify(strict(definitions[name] ?? {}));
  shapes[short] = JSON.parse(
    text.replaceAll(/"#\/definitions\/([^"]+)"/g, (_, of) => `"#/definitions/${shortName(of)}"`),
  );
  // A quantity is text to Kubernetes, and a number where somebody writes one.
  if (short.endsWith('.Quantity')) shapes[short] = { type: ['string', 'number'] };
  for (const [, of = ''] of text.matchAll(/"#\/definitions\/([^"]+)"/g)) add(of);
}

for (const [name, definition] of Object.entries(definitions))
  for (const { group, version, kind } of (definition['x-kubernetes-group-version-kind'] ?? []) as Record<
    string,
    string
  >[]) {
    const key = `${group ? `${group}/` : ''}${version} ${kind}`;
    if (!wanted.has(key)) continue;
    add(name);
    kinds[key] = { $ref: `#/definitions/${shortName(name)}`, required: ['apiVersion', 'kind', 'metadata'] };
  }
const metadata = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
for (const file of customFiles) {
  const { spec } = parse(readFileSync(file, 'utf8')) as {
    spec: { group: string; names: { kind: string }; versions: Schema[] };
  };
  for (const version of spec.versions) {
    const key = `${spec.group}/${version.name} ${spec.names.kind}`;
    if (!wanted.has(key)) continue;
    add(metadata);
    const { openAPIV3Schema } = version.schema as { openAPIV3Schema: Schema };
    const whole = strict(openAPIV3Schema) as Schema & { properties: Schema };
    const own = samples.filter(({ apiVersion, kind }) => `${apiVersion} ${kind}` === key);
    const kept = JSON.stringify(whole).length > 60_000 ? (used(whole, own) as typeof whole) : whole;
    const { status: _, ...properties } = {
      ...kept.properties,
      metadata: { $ref: `#/definitions/${shortName(metadata)}` },
    } as Schema;
    kinds[key] = { ...kept, properties, required: ['apiVersion', 'kind', 'metadata', 'spec'] };
  }
}
for (const key of wanted)
  if (!kinds[key] && !autoModeSpecs[key])
    console.error(`No schema of ${key}: tests/charts/schemas/own.ts must have one.`);
const lines = (table: Record<string, unknown>) =>
  Object.entries(table)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    .join(',\n');
writeFileSync(
  join(import.meta.dirname, 'manifests.json'),
  `{"definitions":{\n${lines(shapes)}\n},"kinds":{\n${lines(kinds)}\n}}\n`,
);
