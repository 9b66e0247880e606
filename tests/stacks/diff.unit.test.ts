import { describe, expect, test } from 'vitest';
import { changeSentences } from '../../bin/aws/change-sentences.ts';
import { awsApp } from '../../stacks/aws/app.ts';
import { exampleGcp } from '../../stacks/aws/example-gcp.ts';
import type { Template } from '../../stacks/aws/gates/template.ts';
import { awsPlatform } from '../../stacks/aws/platform.ts';
import { snapshotsOf } from '../../stacks/aws/snapshot.ts';
import { type Environment, environments } from '../../stacks/environments.ts';

function templatesOf(row: Environment): Readonly<Record<string, Template>> {
  const app = awsApp([row], { context: { 'aws:cdk:bundling-stacks': [] } });
  awsPlatform(app, row, { gcp: exampleGcp[row.name] });
  return snapshotsOf(app.synth());
}

const { dev } = environments;
const before = templatesOf(dev);

describe('a changed row, told in words', () => {
  const after = templatesOf({ ...dev, natGateways: 3, logRetentionDays: 365, vpcCidr: '10.21.0.0/16' });
  const sentences = changeSentences(before, after);

  test('names the stack, the property, and both values', () => {
    expect(sentences).toContain('dev/Network:');
    expect(sentences.find((sentence) => sentence.includes('AWS::EC2::VPC '))).toMatch(
      /changed AWS::EC2::VPC \S+: CidrBlock "10\.20\.0\.0\/16" → "10\.21\.0\.0\/16"$/,
    );
  });

  test('names what is added, and counts at the end', () => {
    expect(sentences.filter((sentence) => /^. added AWS::EC2::NatGateway /.test(sentence))).toHaveLength(2);
    expect(sentences.at(-1)).toMatch(/^\d+ changes in \d+ of \d+ stacks; security hangs on \d+ of them \(!\)\.$/);
  });
});

describe('a change that security hangs on', () => {
  const template: Template = {
    Resources: {
      Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketEncryption: { Rule: 'aws:kms' }, Tags: [{ Key: 'a' }] } },
      Queue: { Type: 'AWS::SQS::Queue' },
    },
  };
  const sentencesOf = (after: Template) => changeSentences({ 'prod/Storage': template }, { 'prod/Storage': after });

  test('is marked: encryption taken away', () => {
    const { Bucket, Queue } = template.Resources as Record<string, { Type: string; Properties?: object }>;
    const bare = { ...Bucket, Properties: { Tags: [{ Key: 'b' }] } };
    expect(sentencesOf({ Resources: { Bucket: bare, Queue } } as Template)).toEqual([
      'prod/Storage:',
      '! changed AWS::S3::Bucket Bucket: BucketEncryption {"Rule":"aws:kms"} → nothing',
      '  changed AWS::S3::Bucket Bucket: Tags.0.Key "a" → "b"',
      '2 changes in 1 of 1 stacks; security hangs on 1 of them (!).',
    ]);
  });

  test('is marked: a policy added, a resource removed', () => {
    const { Bucket } = template.Resources as Record<string, { Type: string }>;
    expect(sentencesOf({ Resources: { Bucket, Policy: { Type: 'AWS::IAM::Policy' } } } as Template)).toEqual([
      'prod/Storage:',
      '! added AWS::IAM::Policy Policy',
      '! removed AWS::SQS::Queue Queue',
      '2 changes in 1 of 1 stacks; security hangs on 2 of them (!).',
    ]);
  });

  test('is not found where nothing changed, and a new or lost stack is called so', () => {
    expect(sentencesOf(template)).toEqual(['No change in 1 stacks.']);
    expect(changeSentences({}, { 'prod/Storage': template })[0]).toBe('prod/Storage, a new stack:');
    expect(changeSentences({ 'prod/Storage': template }, {})[0]).toBe('prod/Storage, a stack that is gone:');
  });
});

test('the same row twice gives the same templates', () => {
  expect(changeSentences(before, templatesOf(dev))).toEqual([`No change in ${Object.keys(before).length} stacks.`]);
});
