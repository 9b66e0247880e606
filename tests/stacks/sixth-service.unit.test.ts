import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addReviewService, copyOfThePlatform } from './sixth-service.ts';
import { type Synthesized, synthesize } from './synthesized.ts';

const context = { 'aws:cdk:bundling-stacks': [], environment: 'prod' };
const copy = copyOfThePlatform();
let before: Synthesized;
let after: Synthesized;

beforeAll(async () => {
  before = await synthesize(join(import.meta.dirname, '../..'), context);
  addReviewService(copy);
  after = await synthesize(copy.folder, context);
}, 120_000);
afterAll(() => copy.remove());

/** Every resource that came, went or changed: `Tables + AWS::DynamoDB::GlobalTable`. */
function differences(): readonly string[] {
  return after.stacks.flatMap(({ name, resources }) => {
    const old = before.stacks.find((stack) => stack.name === name)?.resources ?? {};
    const ids = [...new Set([...Object.keys(old), ...Object.keys(resources)])];
    return ids.flatMap((id) => {
      const [was, is] = [old[id], resources[id]];
      if (JSON.stringify(was) === JSON.stringify(is)) return [];
      const sign = was ? (is ? '~' : '-') : '+';
      return [`${name.replace('Ecommerce-Prod-', '')} ${sign} ${(is ?? was)?.Type}`];
    });
  });
}

const resourcesOf = (type: string) =>
  after.stacks.flatMap(({ resources }) => Object.values(resources).filter((one) => one.Type === type));

test('a sixth service changes what must agree with its facts, and nothing else', () => {
  expect(after.stacks.map(({ name }) => name)).toEqual(before.stacks.map(({ name }) => name));
  expect(differences().toSorted()).toEqual([
    'Identities + AWS::EKS::PodIdentityAssociation',
    'Identities + AWS::IAM::ManagedPolicy',
    'Identities + AWS::IAM::Role',
    // Four variables of its own, and where the gateway finds it.
    ...Array<string>(5).fill('Parameters + AWS::SSM::Parameter'),
    // Who hands the parameters over may read its too.
    'Parameters ~ AWS::IAM::ManagedPolicy',
    'Registry + AWS::ECR::Repository',
    // Copies of its images may come in, too.
    'Registry ~ AWS::ECR::RegistryPolicy',
    'Streaming + AWS::MSK::Topic',
    'Streaming + AWS::MSK::Topic',
    'Tables + AWS::CloudWatch::Alarm',
    'Tables + AWS::CloudWatch::Alarm',
    'Tables + AWS::DynamoDB::GlobalTable',
  ]);
});

test('where the gateway and the others find the sixth service is derived like every address', () => {
  const told = Object.fromEntries(
    resourcesOf('AWS::SSM::Parameter').map(({ Properties }) => [Properties?.Name, Properties?.Value]),
  );
  expect(told).toMatchObject({
    '/ecommerce-prod/api-gateway/REVIEW_SERVICE_URL': 'http://review-service.ecommerce.svc.cluster.local:8005',
    '/ecommerce-prod/review-service/PRODUCT_SERVICE_URL': 'http://product-service.ecommerce.svc.cluster.local:8001',
    '/ecommerce-prod/review-service/REVIEWS_TABLE': 'ecommerce-reviews',
  });
});

test.each(['tsconfig.json', 'tsconfig.infrastructure.json'])(
  'with the sixth service everything of %s compiles',
  (configuration) => {
    const compiler = join(copy.folder, 'node_modules/.bin/tsc');
    const { status, stdout } = spawnSync(compiler, ['-p', configuration], { cwd: copy.folder, encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  },
  120_000,
);

test('the sixth service gets a role for its own pods with its own table and topics', () => {
  const grants = JSON.stringify(
    resourcesOf('AWS::IAM::ManagedPolicy').filter((one) => JSON.stringify(one).includes('What review-service asks')),
  );
  expect(grants).toContain('table/ecommerce-reviews');
  expect(grants).toContain('/reviews.v1');
  expect(grants).not.toMatch(/orders|payments|carts|sessions|contacts|notifications/);
});

test('pools that the database cannot take are refused with the sum', async () => {
  copy.insert('services/user-service/service.ts', 'connections: 6', '00');
  await expect(synthesize(copy.folder, context)).rejects.toThrow(
    /prod: up to 3084 connections \(user-service 5 × 600, product-service 10 × 6, .* allows 1000/,
  );
});

test('a fact that nobody can deploy is refused with the sentence of the rule', async () => {
  copy.insert('services/review-service/service.ts', "deadLetter: 'reviews.v1.dlq'", '.replace(/.*/s, "none")');
  await expect(synthesize(copy.folder, context)).rejects.toThrow(/Topic reviews\.v1 has no dead-letter topic/);
});
