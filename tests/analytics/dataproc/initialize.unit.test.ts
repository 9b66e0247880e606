import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { initializationAction, jars, releaseOf } from '../../../analytics/dataproc/release.ts';
import { job, release, Sandbox } from './sandbox.ts';
import { zipWith } from './zip.ts';

let master: Sandbox;
const pinned = jars.map((jar) => ({ ...jar, text: `the jar ${jar.file}` }));
const sumOf = (text: string) => createHash('sha256').update(text).digest('hex');
const sums = pinned.map(({ text, place, file }) => `${sumOf(text)}  ${place}/${file}\n`).join('');

/** The real jars are too big for a test: the same release with the sums of small ones. */
function publish(jarSums = sums, change: Readonly<Record<string, string>> = {}): string {
  const files = release.files.map((file) => (file.name === 'jars.sha256' ? { ...file, text: jarSums } : file));
  const hash = sumOf(files.map(({ name, text }) => `${sumOf(text)}  ${name}\n`).join(''));
  master.publish(
    files.map((file) => ({ ...file, text: change[file.name] ?? file.text })),
    hash,
  );
  return hash;
}

beforeEach(() => {
  master = new Sandbox();
  const metadata = {
    'dataproc-role': 'Master',
    'analytics-artifacts': 'gs://artifacts/orders-analytics',
    'analytics-checkpoints': 'gs://checkpoints/orders-analytics',
    'analytics-results': 'gs://results',
    'analytics-temporary': 'gs://temporary',
    'analytics-secret': 'projects/p/secrets/flink',
    'analytics-environment': 'dev',
  };
  for (const [key, value] of Object.entries(metadata)) master.write(`metadata/${key}`, value);
  const flink = 'root/usr/lib/flink';
  for (const file of ['lib/flink-dist-2.2.0.jar', 'opt/flink-sql-client-2.2.0.jar', 'opt/flink-sql-gateway-2.2.0.jar'])
    master.write(`${flink}/${file}`, '');
  master.write(`${flink}/conf/config.yaml`, '');
  master.write(
    `${flink}/lib/flink-table-runtime-2.2.0.jar`,
    zipWith('org/apache/flink/table/runtime/application/SqlDriver.class'),
  );
  for (const { file, text } of pinned) master.write(`buckets/artifacts/orders-analytics/jars/${file}`, text);
  publish();
});
afterEach(() => master.remove());

/** All that could be installed: Flink's jars, the scripts, the units, the environment. */
const installed = () => ({
  ...master.files('root/etc'),
  ...master.files('root/usr/local'),
  ...master.files('root/usr/lib/flink'),
});

test('a worker does nothing and says nothing', async () => {
  const before = installed();
  master.write('metadata/dataproc-role', 'Worker');
  expect(await master.run('initialize.sh')).toEqual({ code: 0, output: '' });
  expect(installed()).toEqual(before);
  expect(master.read('calls')).toBe('');
});

test('the master gets the jars, the scripts, the units and an environment without a secret', async () => {
  const hash = publish();
  const { code, output } = await master.run('initialize.sh');
  expect(output).toContain(`release ${hash} is installed`);
  expect(code).toBe(0);
  for (const { place, file, text } of pinned) expect(master.read(`root/usr/lib/flink/${place}/${file}`)).toBe(text);
  for (const { name, text } of release.files.filter((file) => /\.(sh|py)$/.test(file.name)))
    expect(master.read(`root/usr/local/lib/orders-analytics/${name}`)).toBe(text);
  for (const { name, text } of release.files.filter((file) => /\.(service|timer)$/.test(file.name)))
    expect(master.read(`root/etc/systemd/system/${name}`)).toBe(text);
  const lines = master.read('root/etc/orders-analytics.env').trim().split('\n');
  expect(lines.slice(0, -1)).toEqual([
    'ANALYTICS_ENVIRONMENT=dev',
    `ANALYTICS_RELEASE=${hash}`,
    'ANALYTICS_ARTIFACTS=gs://artifacts/orders-analytics',
    'ANALYTICS_CHECKPOINTS=gs://checkpoints/orders-analytics',
    'ANALYTICS_RESULTS=gs://results',
    'ANALYTICS_TEMPORARY=gs://temporary',
    'ANALYTICS_SECRET=projects/p/secrets/flink',
  ]);
  expect(lines.at(-1)).toMatch(/^YARN_WEB=http:\/\/[^ ]+:8088$/);
  expect(master.calls('systemctl')).toEqual([
    'systemctl daemon-reload',
    'systemctl enable orders-analytics.service watch-analytics.timer',
    'systemctl restart orders-analytics.service watch-analytics.timer',
  ]);
  expect(master.calls('gcloud').filter((call) => call.includes('secrets'))).toEqual([]);
});

test('run twice, it changes nothing and does not restart the job', async () => {
  await master.run('initialize.sh');
  const before = installed();
  master.drop('calls');
  expect((await master.run('initialize.sh')).code).toBe(0);
  expect(installed()).toEqual(before);
  expect(master.calls('systemctl').join()).not.toContain('restart');
});

test('a release with another connector takes the place of the one before', async () => {
  await master.run('initialize.sh');
  const [connector] = pinned;
  const newer = 'flink-sql-connector-kafka-6.0.0-2.2.jar';
  master.write(`buckets/artifacts/orders-analytics/jars/${newer}`, 'newer');
  publish(sums.replace(`${sumOf(connector?.text ?? '')}  lib/${connector?.file}`, `${sumOf('newer')}  lib/${newer}`));
  master.drop('calls');
  expect((await master.run('initialize.sh')).code).toBe(0);
  const libraries = Object.keys(installed()).filter((path) => path.includes('connector-kafka'));
  expect(libraries).toEqual([`root/usr/lib/flink/lib/${newer}`]);
  expect(master.calls('systemctl').join()).toContain('restart orders-analytics.service');
});

const flink = 'root/usr/lib/flink';
const first = sums.split('\n')[0] ?? '';
test.each<readonly [string, () => void, RegExp]>([
  [
    'a jar with a wrong sum',
    () => master.write('buckets/artifacts/orders-analytics/jars/flink-shaded-guava-32.1.3-jre-19.0.jar', 'x'),
    /guava.*nothing is installed/,
  ],
  ['no sums at all', () => publish(''), /no jars\.sha256; nothing is installed/],
  ['a line without a sum', () => publish(`${first}\n  lib/x.jar\n`), /no sum and place.*nothing is installed/],
  [
    'no sum for the connector',
    () => publish(sums.replace(`${first}\n`, '')),
    /lists no lib\/flink-sql-connector-kafka.*nothing is installed/,
  ],
  [
    'a jar that would leave its folder',
    () => publish(`${sumOf('')}  lib/../bin/flink.jar\n${sums}`),
    /no sum and place/,
  ],
  [
    'a jar that was not published',
    () => master.drop('buckets/artifacts/orders-analytics/jars'),
    /npm run analytics:publish/,
  ],
  [
    'a release that was changed',
    () => publish(sums, { 'job.sql': 'SELECT 1' }),
    /was changed or only half uploaded; nothing is installed/,
  ],
  [
    'a release that is not there',
    () => master.drop('buckets/artifacts/orders-analytics/releases'),
    /release [0-9a-f]{64} is missing/,
  ],
  ['nothing called current', () => master.drop('buckets/artifacts/orders-analytics/current'), /current cannot be read/],
  [
    'a current that is no hash',
    () => master.write('buckets/artifacts/orders-analytics/current', 'main'),
    /holds "main"/,
  ],
  ['no Flink', () => master.drop(flink), /component FLINK/],
  [
    'another Flink',
    () => {
      master.drop(`${flink}/lib/flink-dist-2.2.0.jar`);
      master.write(`${flink}/lib/flink-dist-1.17.0.jar`, '');
    },
    /needs Flink 2\.2, and the image has lib\/flink-dist-1\.17\.0\.jar/,
  ],
  ['two Flinks', () => master.write(`${flink}/lib/flink-dist-2.2.1.jar`, ''), /should hold one lib\/flink-dist/],
  [
    'the configuration of Flink 1',
    () => {
      master.drop(`${flink}/conf/config.yaml`);
      master.write(`${flink}/conf/flink-conf.yaml`, '');
    },
    /config\.yaml, which is missing; the folder holds: conf\/flink-conf\.yaml/,
  ],
  [
    'no SQL gateway',
    () => master.drop(`${flink}/opt/flink-sql-gateway-2.2.0.jar`),
    /flink-sql-gateway-\*\.jar, but holds none/,
  ],
  [
    'no application mode for SQL',
    () => master.write(`${flink}/lib/flink-table-runtime-2.2.0.jar`, zipWith('other.class')),
    /has no SqlDriver/,
  ],
  [
    'a connector of the image',
    () => master.write(`${flink}/lib/flink-connector-kafka-4.0.0-2.0.jar`, ''),
    /flink-connector-kafka-4\.0\.0-2\.0\.jar already/,
  ],
  [
    'a plugin of the image',
    () => master.write(`${flink}/plugins/gcs/flink-gs-fs-hadoop-2.2.0.jar`, ''),
    /plugins\/gcs\/flink-gs-fs-hadoop-2\.2\.0\.jar already/,
  ],
  [
    "a bucket as the cluster's file system",
    () => master.write('file-system', 'gs://staging\n'),
    /is gs:\/\/staging, and the job's secret/,
  ],
  ['no role', () => master.drop('metadata/dataproc-role'), /"dataproc-role" cannot be read/],
  ['no metadata', () => master.drop('metadata/analytics-results'), /no metadata "analytics-results"/],
  [
    'metadata of another form',
    () => master.write('metadata/analytics-secret', 'flink; rm -rf /'),
    /"analytics-secret" is "flink; rm -rf \/"/,
  ],
])('%s: it fails with a sentence and installs nothing', async (_, plant, sentence) => {
  plant();
  const before = installed();
  const { code, output } = await master.run('initialize.sh');
  expect(output).toMatch(sentence);
  expect(code).toBe(1);
  expect(installed()).toEqual(before);
  expect(master.calls('systemctl')).toEqual([]);
});

test('the hash that a release is given is the one that the master counts', async () => {
  master.publish();
  const { output } = await master.run('initialize.sh');
  expect(output).not.toMatch(/was changed/);
  expect(output).toMatch(/a jar is not the one that was pinned/);
});

test('the same job has the same hash, another one another, and one that signs in nowhere is refused', () => {
  expect(releaseOf(job).hash).toBe(release.hash);
  expect(releaseOf(`${job}-- changed`).hash).not.toBe(release.hash);
  expect(() => releaseOf('SELECT 1;')).toThrow(/signs in to Kafka/);
  expect(release.files.map(({ name }) => name)).toContain('jars.sha256');
  expect(initializationAction().text).toMatch(/^#!/);
});
