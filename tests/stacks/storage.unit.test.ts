import { Match, Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { StorageStack } from '../../stacks/aws/storage.ts';
import { rowApp } from './rows.ts';

const rows = ['dev', 'prod'] as const;
const template = (name: (typeof rows)[number]) => {
  const { app, row } = rowApp(name);
  return Template.fromStack(new StorageStack(app, row));
};
const templates = { dev: template('dev'), prod: template('prod') };

test.each(rows)('%s: no bucket is public, unversioned, or kept without a lifecycle', (name) => {
  templates[name].resourceCountIs('AWS::S3::Bucket', 3);
  templates[name].allResourcesProperties('AWS::S3::Bucket', {
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    VersioningConfiguration: { Status: 'Enabled' },
    LifecycleConfiguration: {
      Rules: Match.arrayWith([Match.objectLike({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } })]),
    },
  });
});

test.each(rows)('%s: every bucket refuses requests in the clear and TLS older than 1.2', (name) => {
  const denies = Object.values(templates[name].findResources('AWS::S3::BucketPolicy')).map((policy) =>
    policy.Properties.PolicyDocument.Statement.filter(
      (statement: { Effect: string; Action: string }) => statement.Effect === 'Deny' && statement.Action === 's3:*',
    ).map((statement: { Condition: unknown }) => statement.Condition),
  );
  expect(denies).toEqual(
    Array.from({ length: 3 }, () => [
      { Bool: { 'aws:SecureTransport': 'false' } },
      { NumericLessThan: { 's3:TlsVersion': 1.2 } },
    ]),
  );
});

test.each(rows)('%s: images and documents are under the stack’s own key and log who asked', (name) => {
  for (const purpose of ['images', 'documents'])
    templates[name].hasResourceProperties('AWS::S3::Bucket', {
      BucketName: Match.stringLikeRegexp(`^ecommerce-${name}-${purpose}-[0-9]{12}$`),
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: {
              SSEAlgorithm: 'aws:kms',
              KMSMasterKeyID: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] },
            },
          },
        ],
      },
      LoggingConfiguration: {
        DestinationBucketName: { Ref: Match.stringLikeRegexp('^AccessLogs') },
        LogFilePrefix: `${purpose}/`,
      },
    });
});

test('prod keeps its buckets when the stack goes', () => {
  templates.prod.allResources('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
  templates.dev.allResources('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
});
