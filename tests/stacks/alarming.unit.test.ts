import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, test } from 'vitest';
import { AlarmingStack } from '../../stacks/aws/alarming.ts';
import { awsApp } from '../../stacks/aws/app.ts';
import { tagAll } from '../../stacks/aws/tags.ts';
import { environments } from '../../stacks/environments.ts';

describe.each(['dev', 'prod'] as const)('%s', (name) => {
  const row = environments[name];

  test('alarms go to an encrypted topic, over TLS only, and from there to the row’s address', () => {
    const template = Template.fromStack(new AlarmingStack(awsApp([row]), row));
    template.hasResourceProperties('AWS::SNS::Topic', {
      TopicName: `ecommerce-${name}-alarms`,
      KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] },
    });
    template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: row.alarmEmail });
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });

  test.each(['cloudwatch', 'budgets'])('%s may publish and use the key, for this account only', (service) => {
    const template = Template.fromStack(new AlarmingStack(awsApp([row]), row));
    const sender = {
      Effect: 'Allow',
      Principal: { Service: `${service}.amazonaws.com` },
      Condition: { StringEquals: { 'aws:SourceAccount': row.account } },
    };
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ ...sender, Action: 'sns:Publish' })]) },
    });
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([Match.objectLike({ ...sender, Action: ['kms:Decrypt', 'kms:GenerateDataKey*'] })]),
      },
    });
  });

  test('what can carry tags says whose it is', () => {
    const stack = new AlarmingStack(awsApp([row]), row);
    tagAll(stack, row);
    Template.fromStack(stack).hasResourceProperties('AWS::SNS::Topic', {
      Tags: [
        { Key: 'Environment', Value: name },
        { Key: 'Owner', Value: 'platform' },
        { Key: 'Service', Value: 'platform' },
      ],
    });
  });
});
