import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export type Resource = { readonly Type: string; readonly Properties?: Record<string, unknown> };
export type SynthesizedStack = {
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly resources: Readonly<Record<string, Resource>>;
  readonly outputs: readonly string[];
  readonly template: unknown;
};
export type Synthesized = {
  readonly missing: readonly unknown[];
  /** What CDK says of constructs: `aws:cdk:warning: …`. */
  readonly remarks: readonly string[];
  readonly stderr: string;
  readonly stacks: readonly SynthesizedStack[];
};

const run = promisify(execFile);
const json = (folder: string, file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));

/** Runs bin/aws.ts of `root` as `cdk synth` would, without credentials, and reads what it wrote. Throws with its own words. */
export async function synthesize(root: string, context: Readonly<Record<string, unknown>> = {}): Promise<Synthesized> {
  const outdir = mkdtempSync(join(tmpdir(), 'assembly-'));
  try {
    const { stderr } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', 'bin/aws.ts'], {
      cwd: root,
      timeout: 120_000,
      env: { PATH: process.env.PATH ?? '', CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) },
    });
    return { stderr, ...read(outdir) };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

type Artifact = {
  readonly type: string;
  readonly dependencies?: readonly string[];
  readonly properties: { readonly templateFile: string };
  readonly additionalMetadataFile?: string;
};
type Remark = { readonly type: string; readonly data?: unknown };

function read(outdir: string): Omit<Synthesized, 'stderr'> {
  const manifest = json(outdir, 'manifest.json');
  const artifacts = Object.entries(manifest.artifacts as Record<string, Artifact>).filter(
    ([, artifact]) => artifact.type === 'aws:cloudformation:stack',
  );
  const names = new Set(artifacts.map(([name]) => name));
  const remarks = artifacts.flatMap(([, { additionalMetadataFile }]) =>
    additionalMetadataFile
      ? Object.entries(json(outdir, additionalMetadataFile) as Record<string, Remark[]>).flatMap(([path, all]) =>
          all.filter(({ type }) => /warning|error/.test(type)).map(({ type, data }) => `${type}: ${path}: ${data}`),
        )
      : [],
  );
  const stacks = artifacts.map(([name, { dependencies = [], properties }]) => {
    const template = json(outdir, properties.templateFile);
    return {
      name,
      dependencies: dependencies.filter((one) => names.has(one)),
      resources: template.Resources ?? {},
      outputs: Object.keys(template.Outputs ?? {}),
      template,
    };
  });
  return { missing: manifest.missing ?? [], remarks, stacks };
}
