import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { releaseFor } from '../../bin/gcp/release.ts';
import { environmentNames, environments } from '../../stacks/environments.ts';
import { exampleOutputs } from '../../stacks/gcp/example-outputs.ts';
import type { Json } from '../../stacks/gcp/snapshot.ts';
import { repository } from '../sources.ts';
import { at, resources, uploaded } from './blocks.ts';
import { stackOf } from './example.ts';

const stack = stackOf('dev', 'analytics');
const block = (type: string, name: string, of: Json = stack): Json =>
  resources(of, type).find((found) => found.name === name)?.block ?? {};
const config = (path: string, of: Json = stack) =>
  at(block('google_dataproc_cluster', 'cluster', of), `cluster_config.${path}`);

describe('the cluster', () => {
  test('tells its scripts six things, and nothing that a new release changes', () => {
    const bucket = (kind: string) => `gs://\${google_storage_bucket.bucket-${kind}.name}`;
    expect(config('gce_cluster_config.metadata')).toEqual({
      'analytics-artifacts': `${bucket('artifacts')}/orders-analytics`,
      'analytics-checkpoints': `${bucket('checkpoints')}/orders-analytics`,
      'analytics-results': bucket('results'),
      'analytics-temporary': bucket('staging'),
      'analytics-secret': 'projects/shop-analytics-dev/secrets/ecommerce-dev-flink',
      'analytics-environment': 'dev',
    });
    const release = String(block('google_storage_bucket_object', 'release-current').content).trim();
    expect(release).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(block('google_dataproc_cluster', 'cluster'))).not.toContain(release);
  });

  test('the keys are those that the initialization asks for', () => {
    const script = readFileSync(join(repository, 'analytics/dataproc/initialize.sh'), 'utf8');
    const asked = [...script.matchAll(/\(attribute (analytics-[a-z]+) /g)].map(([, key]) => key);
    expect(asked.toSorted()).toEqual(Object.keys(config('gce_cluster_config.metadata') as Json).toSorted());
  });

  test('has the image with Flink 2.2, one master, two workers that nobody takes away, and no end', () => {
    expect(config('software_config')).toMatchObject({ image_version: '3.0-debian13', optional_components: ['FLINK'] });
    expect([config('master_config.num_instances'), config('worker_config.num_instances')]).toEqual([1, 2]);
    for (const part of ['preemptible_worker_config', 'autoscaling_config', 'lifecycle_config'])
      expect(config(part)).toBeUndefined();
  });

  test('its machines start verified, in the network of the first stage, as their own account', () => {
    expect(config('gce_cluster_config')).toMatchObject({
      subnetwork: 'projects/shop-analytics-dev/regions/asia-south1/subnetworks/ecommerce-dev-analytics',
      tags: ['orders-analytics'],
      shielded_instance_config: { enable_secure_boot: true, enable_vtpm: true, enable_integrity_monitoring: true },
      service_account: expect.stringContaining('google_service_account.account.email'),
    });
    expect(block('google_compute_subnetwork', 'subnet', stackOf('dev', 'network')).name).toBe(
      'ecommerce-dev-analytics',
    );
  });

  test('waits until it may do what it has to, and until what it starts with lies there', () => {
    const waits = block('google_dataproc_cluster', 'cluster').depends_on as readonly string[];
    const grants = resources(stack)
      .filter(({ type, name }) => /_iam_member$/.test(type) && name.startsWith('may-'))
      .map(({ type, name }) => `${type}.${name}`);
    expect(grants.length).toBeGreaterThan(10);
    expect(waits).toEqual(expect.arrayContaining([...grants, 'google_storage_bucket_object.release-current']));
  });

  test('parts that are not committed are put where they may be removed', () => {
    expect(config('gce_cluster_config.metadata')).toMatchObject({
      'analytics-temporary': `gs://${config('staging_bucket')}`,
    });
    expect(block('google_storage_bucket', 'bucket-staging')).not.toHaveProperty('retention_policy');
  });
});

describe('the release', () => {
  const objects = resources(stack, 'google_storage_bucket_object');
  const named = (name: string) => objects.find((one) => one.block.name === `orders-analytics/${name}`)?.block;
  const hash = String(named('current')?.content).trim();

  test('lies whole in a folder of its hash before `current` names it', () => {
    const files = objects.filter((one) => String(one.block.name).startsWith(`orders-analytics/releases/${hash}/`));
    expect(files.map((one) => String(one.block.name).split('/').at(-1))).toEqual(
      expect.arrayContaining([
        'job.sql',
        'orders-analytics.sh',
        'watch-analytics.sh',
        'jars.sha256',
        'orders-analytics.service',
      ]),
    );
    expect(named('current')?.depends_on).toEqual(files.map(({ name }) => `google_storage_bucket_object.${name}`));
    expect(files.every((one) => at(one.block, 'lifecycle.create_before_destroy') === true)).toBe(true);
    // Its name stays: the one before would be made away with after the new one was written.
    expect(named('current')).not.toHaveProperty('lifecycle');
  });

  test('holds the job with the brokers that AWS told, the user of AWS, and no password', () => {
    const job = String(named(`releases/${hash}/job.sql`)?.content);
    expect(job).toContain('b-1.ecommerce-dev.example.c2.kafka.ap-south-1.amazonaws.com:9096');
    expect(job).toContain('username="flink-analytics" password="@KAFKA_PASSWORD@"');
    expect(job).toContain('gs://ecommerce-dev-analytics-results-shop-analytics-dev');
  });

  test('is uploaded byte for byte: what looks like a reference of Terraform in a script is none', () => {
    const release = releaseFor(environments.dev, exampleOutputs(environments.dev).bootstrap);
    for (const { name, text } of release.files) expect(uploaded(named(`releases/${hash}/${name}`)?.content)).toBe(text);
    expect(uploaded(block('google_storage_bucket_object', 'initialize').content)).toBe(release.initialize.text);
    expect(release.initialize.text).toContain('${');
    expect(() => uploaded(release.initialize.text)).toThrow(/fill in \$\{ORDERS_ANALYTICS_ROOT:-\}$/);
  });

  test('the initialization is named by its own hash, so that a job with other words does not replace the cluster', () => {
    const { content, name } = block('google_storage_bucket_object', 'initialize');
    const own = createHash('sha256').update(uploaded(content)).digest('hex');
    expect(name).toBe(`orders-analytics/initialize/${own}.sh`);
    expect(config('initialization_action.0.script')).toMatch(/google_storage_bucket_object\.initialize\.name/);
  });
});

describe.each(environmentNames)('the buckets of %s', (name) => {
  const own = stackOf(name, 'analytics');
  const bucket = (kind: string) => block('google_storage_bucket', `bucket-${kind}`, own);
  const roles = (kind: string) =>
    resources(own, 'google_storage_bucket_iam_member')
      .filter((one) => String(one.block.bucket).includes(`bucket-${kind}.name`))
      .map((one) => String(one.block.role).replace('roles/storage.', ''))
      .toSorted();

  test('results can be added and read, and nobody changes or removes them before their time', () => {
    expect(roles('results')).toEqual(['legacyBucketReader', 'objectCreator', 'objectViewer']);
    const seconds = environments[name].gcp.resultsRetentionDays * 86_400;
    expect(bucket('results').retention_policy).toEqual({ retention_period: seconds });
    expect(at(bucket('results'), 'soft_delete_policy.retention_duration_seconds')).toBe(30 * 86_400);
    expect(at(bucket('results'), 'lifecycle_rule.0.condition.matches_prefix')).toEqual(['.inprogress/']);
  });

  test('checkpoints and parts are changed, releases are only read', () => {
    expect(roles('checkpoints')).toEqual(['legacyBucketReader', 'objectUser']);
    expect(roles('staging')).toEqual(['legacyBucketReader', 'objectUser']);
    expect(roles('artifacts')).toEqual(['legacyBucketReader', 'objectViewer']);
  });

  test('nothing of a checkpoint is removed for its age that a job may still need', () => {
    expect(at(bucket('checkpoints'), 'lifecycle_rule')).toEqual([
      { action: { type: 'Delete' }, condition: { age: 30 } },
    ]);
    // Whole checkpoints: none refers to a file of an older one.
    const script = readFileSync(join(repository, 'analytics/dataproc/orders-analytics.sh'), 'utf8');
    expect(script).toContain('-Dstate.backend.type=hashmap');
    expect(script).not.toContain('incremental');
  });

  test('what is kept outlives its stack where the row says so', () => {
    const kept = environments[name].retainData;
    expect(at(bucket('results'), 'lifecycle.prevent_destroy')).toBe(kept);
    expect(bucket('results').force_destroy).toBe(!kept);
  });
});

test('the secret of the Kafka user is empty here, and read by the cluster alone', () => {
  expect(resources(stack, 'google_secret_manager_secret_iam_member').map((one) => one.block.secret_id)).toEqual([
    'projects/shop-analytics-dev/secrets/ecommerce-dev-flink',
  ]);
  const own = block('google_secret_manager_secret', 'kafka-user', stackOf('dev', 'network'));
  expect(own.secret_id).toBe('ecommerce-dev-flink');
});

test('in the project the account may work, log and count, and nothing else', () => {
  const ofProject = resources(stack, 'google_project_iam_member')
    .filter((one) => String(one.block.member).includes('google_service_account.account'))
    .map((one) => one.block.role);
  expect(ofProject).toEqual(['roles/dataproc.worker', 'roles/logging.logWriter', 'roles/monitoring.metricWriter']);
});
