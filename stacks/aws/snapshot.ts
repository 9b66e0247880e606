import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CloudAssembly, CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { environments } from '../environments.ts';
import { stackName } from '../naming.ts';
import type { Template } from './gates/template.ts';

type Asset = { readonly displayName?: string; readonly source: { readonly path?: string } };

/** Parts that every deployment by the CDK carries and nobody reviews. */
const bootstrap = { Parameters: 'BootstrapVersion', Rules: 'CheckBootstrapVersion' } as const;

/**
 * The templates of an assembly as people review them: keys in order, assets by their names instead of their hashes, without
 * the parts that the CDK adds to every stack. Keys are `prod/Network`.
 */
export const snapshotsOf = (assembly: CloudAssembly): Readonly<Record<string, Template>> =>
  Object.fromEntries(assembly.stacks.map((stack) => [placeOf(stack), reviewable(stack)]));

/** The text of a snapshot as it is committed. */
export const snapshotText = (template: Template): string => `${JSON.stringify(template, null, 2)}\n`;

function placeOf({ stackName: name }: CloudFormationStackArtifact): string {
  const row = Object.values(environments).find((one) => name.startsWith(stackName(one, '')));
  if (!row) throw new Error(`${name} belongs to no environment.`);
  return `${row.name}/${name.slice(stackName(row, '').length)}`;
}

function reviewable(stack: CloudFormationStackArtifact): Template {
  const named = [...assetNames(stack)].reduce(
    (text, [hash, name]) => text.replaceAll(hash, `<asset ${name}>`),
    JSON.stringify(stack.template),
  );
  const template = sorted(JSON.parse(named)) as Record<string, unknown>;
  for (const [section, key] of Object.entries(bootstrap)) {
    const { [key]: _, ...rest } = (template[section] ?? {}) as Record<string, unknown>;
    if (Object.keys(rest).length === 0) delete template[section];
    else template[section] = rest;
  }
  return template;
}

/** Hash → name of what is uploaded beside the templates. */
function assetNames(stack: CloudFormationStackArtifact): ReadonlyMap<string, string> {
  const file = join(stack.assembly.directory, `${stack.id}.assets.json`);
  const { files } = JSON.parse(readFileSync(file, 'utf8')) as { readonly files: Readonly<Record<string, Asset>> };
  return new Map(
    Object.entries(files).map(([hash, asset]) => [hash, asset.displayName ?? basename(asset.source.path ?? hash)]),
  );
}

const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, inner]) => [key, sorted(inner)]),
        )
      : value;
