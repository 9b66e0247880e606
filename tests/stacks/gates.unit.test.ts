import { App, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { describe, expect, test } from 'vitest';
import { type Acknowledgement, acknowledges } from '../../stacks/aws/gates/acknowledgement.ts';
import type { Finding } from '../../stacks/aws/gates/finding.ts';
import { addGates } from '../../stacks/aws/gates/gates.ts';
import { platformRules } from '../../stacks/aws/gates/platform-rules.ts';
import { planted } from './planted-violations.ts';

/** Synthesizes one stack with these constructs through the gates; what was thrown, and what was found. */
function refusal(names: readonly string[], table: readonly Acknowledgement[] = []) {
  const app = new App({ builtinCloudFormationValidation: false, analyticsReporting: false });
  const stack = new Stack(app, 'Planted');
  for (const name of names) planted[name]?.plant(new Construct(stack, name));
  const findings: Finding[] = [];
  addGates(app, (finding) => findings.push(finding), table);
  let message = '';
  try {
    app.synth();
  } catch (error) {
    message = String(error);
  }
  return { message, findings };
}

describe('a stack with planted violations', () => {
  const names = Object.keys(planted);
  const { message, findings } = refusal(names);

  test('holds at least thirty, by as many rules', () => {
    expect(new Set(Object.values(planted).flatMap(({ named }) => named)).size).toBeGreaterThanOrEqual(30);
    expect(names.length).toBeGreaterThanOrEqual(30);
  });

  test('is refused, and every violation is named where it was planted', () => {
    const unnamed = names.filter(
      (name) =>
        !planted[name]?.named.every(
          (id) =>
            findings.some((finding) => finding.id === id && finding.where.startsWith(`Planted/${name}/`)) &&
            message.includes(id),
        ),
    );
    expect(unnamed).toEqual([]);
  });

  test('every rule of our own has a violation planted for it', () => {
    const tried = new Set(Object.values(planted).flatMap(({ named }) => named));
    expect(platformRules.map(({ id }) => id).filter((id) => !tried.has(id))).toEqual([]);
    expect(new Set(platformRules.map(({ id }) => id)).size).toBe(platformRules.length);
  });
});

describe('an acknowledgement', () => {
  const place = 'Planted/key that never rotates';
  const known = { id: 'AwsSolutions-KMS5', where: [place], reason: 'tried', owner: 'platform' };

  test('lets its finding pass, and nothing else', () => {
    expect(refusal(['key that never rotates'], [known]).message).toBe('');
    expect(refusal(['key that never rotates', 'brokers without log'], [known]).message).toContain('AwsSolutions-MSK6');
  });

  test('of another place, or of another rule, changes nothing', () => {
    expect(refusal(['key that never rotates'], [{ ...known, where: ['Planted/key'] }]).message).toContain('KMS5');
    expect(refusal(['key that never rotates'], [{ ...known, id: 'AwsSolutions-KMS' }]).message).toContain('KMS5');
  });

  test('of one environment lets nothing pass in another', () => {
    const one = { id: 'AwsSolutions-RDS10', where: ['Database/Cluster'], reason: 'tried', owner: 'platform' };
    const inProd = { id: 'AwsSolutions-RDS10', where: 'Ecommerce-Prod-Database/Cluster/Resource' };
    expect(acknowledges(one, inProd)).toBe(true);
    expect(acknowledges({ ...one, only: 'dev' }, inProd)).toBe(false);
    expect(acknowledges({ ...one, only: 'prod' }, inProd)).toBe(true);
  });
});

test('a stack without a mistake passes', () => {
  expect(refusal([]).message).toBe('');
});
