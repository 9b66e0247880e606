import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { autoModeSpecs } from './own.ts';

type Manifest = { readonly apiVersion: string; readonly kind: string };
type Schemas = Readonly<Record<'definitions' | 'kinds', Readonly<Record<string, object>>>>;

const { definitions, kinds }: Schemas = JSON.parse(readFileSync(join(import.meta.dirname, 'manifests.json'), 'utf8'));
const autoMode = Object.fromEntries(
  Object.entries(autoModeSpecs).map(([key, spec]) => [
    key,
    {
      type: 'object',
      properties: {
        apiVersion: {},
        kind: {},
        metadata: { $ref: '#/definitions/apis.meta.v1.ObjectMeta' },
        spec,
      },
      required: ['apiVersion', 'kind', 'metadata', 'spec'],
      additionalProperties: false,
    },
  ]),
);

/** Words of OpenAPI that ajv does not know are left out by derive.ts; what is left over it may ignore. */
const ajv = new Ajv({ strict: false, allErrors: true });
const validators = new Map(
  Object.entries({ ...kinds, ...autoMode }).map(([key, schema]) => [key, ajv.compile({ ...schema, definitions })]),
);

/** One sentence for each field that a cluster would not know, or would not take: by the API's own schema, nothing unknown let through. */
export function invalidFields(manifest: Manifest): readonly string[] {
  const key = `${manifest.apiVersion} ${manifest.kind}`;
  const validate = validators.get(key);
  if (!validate) return [`There is no schema of ${key}; see tests/charts/schemas/derive.ts.`];
  validate(manifest);
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const extra = 'additionalProperty' in params ? ` (${params.additionalProperty})` : '';
    return `${manifest.kind}${instancePath} ${message}${extra}`;
  });
}
