/**
 * `npm run test:aws-emulator`: deploys to an emulator of AWS on this machine what it can take, with the CDK's own command, and
 * asks the services afterwards. Needs Python 3 and, the first time, a package index; ends within five minutes.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environments } from '../../stacks/environments.ts';
import { kafkaClusterName, stackName } from '../../stacks/naming.ts';
import { checks } from './checks.ts';
import { installEmulator, run, startEmulator } from './emulator.ts';

const row = environments.dev;
const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'emulated-deploy-'));
const assembly = join(folder, 'cdk.out');
const stacks = ['Registry', 'Tables', 'Storage', 'Network', 'Notifier'].map((name) => stackName(row, name));

/**
 * The emulator finds a template in S3 only where its URL contains "localhost"; the CDK puts this word into the names of what
 * bootstrapping makes.
 */
const qualifier = 'localhost';

/** Of the function's stack: its event source, its sender, and records in a zone that a person made before. */
const leftOut = /^AWS::(Lambda::EventSourceMapping|SES::.*|Route53::RecordSet)$/;

type Resource = { Type: string; Properties: Record<string, unknown> };

/**
 * What the emulator cannot take as it is. It has no AWS::DynamoDB::GlobalTable, so it gets the same keys, indexes and time to live
 * as a plain table. It trips over the tags of keys. It has no brokers, so nothing feeds the function, and
 * no sender of mails: what refers to them gets a made-up value.
 */
function suitEmulator(file: string): void {
  const brokers = `arn:aws:kafka:${row.region}:${row.account}:cluster/${kafkaClusterName(row)}/emulated`;
  const imported = new RegExp(`\\{"Fn::ImportValue":"${stackName(row, 'Streaming')}:[^"]*"\\}`, 'g');
  const text = JSON.stringify(JSON.parse(readFileSync(file, 'utf8'))).replace(imported, JSON.stringify(brokers));
  const gone = Object.entries<Resource>(JSON.parse(text).Resources).filter(([, { Type }]) => leftOut.test(Type));
  const reference = (id: string) => new RegExp(`\\{"Fn::GetAtt":\\["${id}","\\w+"\\]\\}|\\{"Ref":"${id}"\\}`, 'g');
  const template = JSON.parse(gone.reduce((all, [id]) => all.replaceAll(reference(id), '"emulated"'), text));
  for (const [id] of gone) delete template.Resources[id];
  for (const resource of Object.values<Resource>(template.Resources)) {
    if (resource.Type === 'AWS::KMS::Key') delete resource.Properties.Tags;
    if (resource.Type !== 'AWS::DynamoDB::GlobalTable') continue;
    resource.Type = 'AWS::DynamoDB::Table';
    for (const property of ['Replicas', 'SSESpecification']) delete resource.Properties[property];
  }
  writeFileSync(file, JSON.stringify(template));
}

const cdk = (args: readonly string[], endpoint: string, seconds: number) =>
  run(process.execPath, [join(root, 'node_modules/aws-cdk/bin/cdk'), ...args, '--no-notices', '--ci'], {
    seconds,
    quiet: true,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: row.region,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CDK_DISABLE_VERSION_CHECK: '1',
    },
  });

const emulator = await startEmulator(await installEmulator(), row.account, folder);
let failed = 0;
try {
  const context = ['-c', `environment=${row.name}`, '-c', `@aws-cdk/core:bootstrapQualifier=${qualifier}`];
  await cdk(['synth', '-q', '-o', assembly, ...context], emulator.endpoint, 60);
  for (const stack of stacks) suitEmulator(join(assembly, `${stack}.template.json`));
  await cdk(
    ['bootstrap', `aws://${row.account}/${row.region}`, '--app', assembly, '--qualifier', qualifier],
    emulator.endpoint,
    60,
  );
  // It forgets the exports of what a change set makes.
  const deploy = [
    'deploy',
    '--method',
    'direct',
    ...stacks,
    '--app',
    assembly,
    '--exclusively',
    '--require-approval',
    'never',
  ];
  await cdk([...deploy, '--progress', 'events'], emulator.endpoint, 180);
  for (const { name, check } of checks(emulator.endpoint, row)) {
    const problem = await check().then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (problem) failed += 1;
    console.log(problem ? `FAILED  ${name}: ${problem}` : `ok      ${name}`);
  }
  const log = readFileSync(emulator.logFile, 'utf8');
  const elsewhere = readdirSync(assembly).flatMap((file) => /^(.+)\.template\.json$/.exec(file)?.[1] ?? []);
  const not = elsewhere
    .filter((stack) => !stacks.includes(stack))
    .map((stack) => stack.slice(stackName(row, '').length));
  const ignored = new Set([...log.matchAll(/Tried to parse (\S+) but it's not supported/g)].map(([, type]) => type));
  console.log(`
Not shown by this:
- stacks that are not deployed here, because the emulator has no EKS, Aurora, MSK or VPN, or nothing to stand on without them:
  ${not.sort().join(', ')}, and the way to the other cloud;
- of the function's stack, what was left out: its event source, its sender of mails, and their records in a zone;
- types that the emulator leaves out while it says CREATE_COMPLETE: ${[...ignored].sort().join(', ')};
- tables as AWS::DynamoDB::GlobalTable: they were handed to it as AWS::DynamoDB::Table without copies and encryption, and it leaves
  out what they say of recovery and time to live; tags of keys; the processor of the function, which it takes for x86;
- whether IAM would allow anything; any update of a stack; change sets (it forgets what they export).`);
} catch (error) {
  failed += 1;
  console.error(error instanceof Error ? error.message : error);
  console.error(`What the emulator said last:\n${readFileSync(emulator.logFile, 'utf8').slice(-2_000)}`);
} finally {
  await emulator.stop();
  rmSync(folder, { recursive: true, force: true });
}
console.log(failed === 0 ? 'all checks passed' : `${failed} checks failed`);
process.exitCode = failed === 0 ? 0 : 1;
