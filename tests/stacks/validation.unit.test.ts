import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CfnResource, Stack } from 'aws-cdk-lib/core';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { awsApp } from '../../stacks/aws/app.ts';
import { assembleAws } from '../../stacks/aws/assembly.ts';
import { exampleGcp } from '../../stacks/aws/example-gcp.ts';
import { validationAcknowledgements } from '../../stacks/aws/gates/acknowledgements.ts';
import { environmentNames, environments } from '../../stacks/environments.ts';
import { repository } from '../sources.ts';

const outdir = mkdtempSync(join(tmpdir(), 'validation-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));
const rows = environmentNames.map((name) => environments[name]);

type Violations = readonly { readonly ruleName: string; readonly description: string }[];
type Report = {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly violations: Violations;
    readonly suppressedViolations?: Violations;
  }[];
};

describe('what the CDK itself says about the templates', () => {
  assembleAws(rows, { outdir, validated: true, gcp: exampleGcp });
  const { pluginReports } = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as Report;

  test('is nothing, neither an error nor a warning, that is not acknowledged', () => {
    expect(pluginReports.map(({ pluginName }) => pluginName)).toContain('CloudFormation Validate');
    expect(pluginReports.flatMap(({ violations }) => violations)).toEqual([]);
  });

  test('an acknowledgement of something that it says no more is named', () => {
    const said = pluginReports.flatMap(({ pluginName, suppressedViolations = [] }) =>
      suppressedViolations.map(({ ruleName }) => `${pluginName.replaceAll(' ', '-')}::${ruleName}`),
    );
    expect(validationAcknowledgements.map(({ id }) => id).filter((id) => !said.includes(id))).toEqual([]);
  });

  test('a value of the wrong type is refused', () => {
    const app = awsApp(rows, { validated: true });
    const stack = new Stack(app, 'Planted');
    new CfnResource(stack, 'Queue', { type: 'AWS::SQS::Queue', properties: { VisibilityTimeout: 'soon' } });
    expect(() => app.synth()).toThrow(/VisibilityTimeout/);
  });
});

describe('cfn-lint', () => {
  const settings = readFileSync(join(repository, '.cfnlintrc'), 'utf8');

  test('is told to pass over nothing without a reason', () => {
    const lines = settings.split('\n');
    const bare = lines.filter((line, index) => /^\s*- /.test(line) && !/^\s*# .{20}/.test(lines[index - 1] ?? ''));
    expect(bare).toEqual([]);
  });

  test('and the deployment to the emulator gate every change: CI runs them, and nothing lets it go on without', () => {
    const { jobs }: { jobs: Record<string, object> } = parse(
      readFileSync(join(repository, '.github/workflows/ci.yml'), 'utf8'),
    );
    for (const command of ['npm run lint:templates', 'npm run test:aws-emulator']) {
      const running = Object.values(jobs).filter((job) => JSON.stringify(job).includes(`{"run":"${command}"}`));
      expect(running, command).toHaveLength(1);
      expect(JSON.stringify(running), command).not.toMatch(/continue-on-error|"if":/);
    }
  });

  const program = join(repository, '.cache', 'cfn-lint-1.58.0', 'bin', 'cfn-lint');
  // Python is no part of the repository: where "npm run lint:templates" never ran, this test is not there, and CI has it.
  if (existsSync(program))
    test('has nothing to say about any template', { timeout: 300_000 }, () => {
      const templates = readdirSync(outdir).filter((file) => file.endsWith('.template.json'));
      expect(templates.length).toBeGreaterThan(20);
      const paths = templates.map((file) => join(outdir, file));
      const { stdout, status } = spawnSync(program, paths, { cwd: repository, encoding: 'utf8' });
      expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    });
});
