import { expect, test } from 'vitest';
import { committedSnapshots } from '../../bin/aws/snapshots.ts';
import { clusterRows } from '../../charts/cluster-row.ts';
import { monitoringReleases } from '../../charts/monitoring/releases.ts';
import { alarmTopicArn, logLinesBucketName, monitoringNamespace } from '../../stacks/naming.ts';

type Resource = { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> };

const row = clusterRows.prod;
const { Resources } = JSON.parse(committedSnapshots()['prod/Observers'] ?? '{}') as {
  readonly Resources: Readonly<Record<string, Resource>>;
};
const of = (type: string) => Object.values(Resources).filter(({ Type }) => Type === type);
const values = JSON.stringify(monitoringReleases(row));

test('every account that the stack gives a role is one that the charts of the observers are told to use', () => {
  const accounts = of('AWS::EKS::PodIdentityAssociation').map(({ Properties }) => Properties);
  expect(accounts).toHaveLength(3);
  for (const { Namespace, ServiceAccount } of accounts) {
    expect(Namespace).toBe(monitoringNamespace);
    expect(values).toContain(`"serviceAccount":{"name":"${ServiceAccount}"}`);
  }
});

test('Loki writes to the bucket that the stack makes, and Alertmanager rings where the alarms ring', () => {
  expect(of('AWS::S3::Bucket').map(({ Properties }) => Properties.BucketName)).toContain(logLinesBucketName(row));
  expect(values).toContain(`"chunks":"${logLinesBucketName(row)}"`);
  expect(values).toContain(`"topic_arn":"${alarmTopicArn(row)}"`);
  expect(JSON.stringify(of('AWS::IAM::ManagedPolicy'))).toContain(alarmTopicArn(row));
});
