import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { awsApp } from '../../stacks/aws/app.ts';
import { chosenRows, gcpOutputs } from '../../stacks/aws/context.ts';
import { environments } from '../../stacks/environments.ts';

const rows = Object.values(environments);
const appWith = (context: Record<string, unknown>) => awsApp(rows, { context });

function outputsOf(environment: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'gcp-outputs-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'gcp.json');
  const outputs = { environment, vpn_gateway_addresses: ['34.1.2.3', '35.1.2.3'] };
  const asTerraform = Object.entries(outputs).map(([name, value]) => [name, { value }]);
  writeFileSync(path, JSON.stringify(Object.fromEntries(asTerraform)));
  return path;
}

test('all environments are made unless one is named', () => {
  expect(chosenRows(appWith({}), rows)).toEqual(rows);
  expect(chosenRows(appWith({ environment: 'prod' }), rows)).toEqual([environments.prod]);
});

test('an environment that does not exist is refused with those that do', () => {
  expect(() => chosenRows(appWith({ environment: 'stage' }), rows)).toThrow(
    'No environment is called stage; there are dev and prod.',
  );
});

test('the way to the other cloud is made only when that cloud has told its addresses', () => {
  expect(gcpOutputs(appWith({}), rows)).toBeUndefined();
  expect(gcpOutputs(appWith({ 'gcp-outputs': outputsOf('prod') }), rows)).toEqual({
    environment: 'prod',
    gatewayAddresses: ['34.1.2.3', '35.1.2.3'],
  });
});

test('addresses of another environment than the one to be made are refused', () => {
  expect(() => gcpOutputs(appWith({ 'gcp-outputs': outputsOf('dev') }), [environments.prod])).toThrow(
    /is of the environment dev/,
  );
});
