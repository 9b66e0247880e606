import { afterEach, beforeEach, expect, test } from 'vitest';
import { renderScript } from '../../../analytics/job.ts';
import { userIn } from './rendered-user.ts';
import { job, release, Sandbox } from './sandbox.ts';

const password = 'correct-horse-battery';
let master: Sandbox;

beforeEach(() => {
  master = new Sandbox();
  master.publish();
  master.install();
  secret({ username: 'flink-analytics', password });
});
afterEach(() => master.remove());

const secret = (value: unknown) => master.write('secret', typeof value === 'string' ? value : JSON.stringify(value));
const submitted = (name: string) => master.read(`submitted/${name}`);
const kept = () =>
  ['job.sql', 'kafka-user.properties'].filter((name) => master.exists(`root/run/orders-analytics/${name}`));

/** All that is left on the machine and in the buckets, without where the secret comes from and what Flink was given. */
const traces = () =>
  Object.entries(master.files('.'))
    .filter(([path]) => !/^(\.\/)?(secret$|submitted\/kafka-user)/.test(path))
    .filter(([, text]) => text.includes(password))
    .map(([path]) => path);

async function submit(): Promise<string> {
  const running = master.start('orders-analytics.sh');
  await running.until('watching');
  const before = kept();
  running.signal('SIGTERM');
  const { output } = await running.ended;
  expect(before).toEqual([]);
  return output;
}

test('the secret reaches Flink in a file of mode 0600 that is gone afterwards, and is nowhere else', async () => {
  const output = await submit();
  expect(userIn(submitted('kafka-user.properties'))).toEqual({ username: 'flink-analytics', password });
  expect(submitted('modes')).toBe('600\n600\n');
  expect(output).not.toContain(password);
  expect(traces()).toEqual([]);
  expect(submitted('environment')).toContain('CLOUDSDK_CORE_DISABLE_FILE_LOGGING=1');
});

test('the script that Flink prints and keeps refers to the secret and does not hold it', async () => {
  await submit();
  expect(submitted('job.sql')).toBe(
    job
      .replace(
        "'properties.sasl.jaas.config'",
        "'properties.config.providers' = 'file', 'properties.config.providers.file.class' = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.config.provider.FileConfigProvider', 'properties.sasl.jaas.config'",
      )
      .replace('@KAFKA_PASSWORD@', `\${file:kafka-user.properties:password}`),
  );
  expect(master.calls('sql-client.sh').join()).toMatch(/-Dyarn\.ship-files=\S+\/kafka-user\.properties /);
});

test('what was shipped to an application that was killed is removed before the next one', async () => {
  master.write('hdfs/.flink/application_1_0001/kafka-user.properties', `password=${password}`);
  master.write('hdfs/.flink/application_1_0001/lib/flink-dist.jar', '');
  await submit();
  expect(Object.keys(master.files('hdfs'))).toEqual(['hdfs/.flink/application_1_0001/lib/flink-dist.jar']);
});

test('the real job refers to the secret wherever it signs in', async () => {
  const security = { kind: 'scram', username: 'flink-analytics' } as const;
  const real = { brokers: 'b-1:9096', security, results: 'gs://results', idleSeconds: 60, rolloverSeconds: 60 };
  republish(renderScript(real));
  await submit();
  const sql = submitted('job.sql');
  expect(sql.split("'properties.sasl.jaas.config'").length).toBe(3);
  expect(sql.split(`password="\${file:kafka-user.properties:password}"`).length).toBe(3);
  expect(sql.split("'properties.config.providers' = 'file'").length).toBe(3);
  expect(sql).not.toContain('@');
});

test('a signal in the middle of a submission leaves no secret behind, and no client', async () => {
  master.write('sql-client-hangs', '');
  const running = master.start('orders-analytics.sh');
  await running.until('submitting');
  while (!master.exists('submitted/modes')) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(kept()).toHaveLength(2);
  running.signal('SIGTERM');
  expect((await running.ended).code).toBe(143);
  expect(kept()).toEqual([]);
});

test.each([
  `quotes ' '' " "" and \` and “”`,
  'backslashes \\ \\\\ \\" \\n \\u0041 \\101 at the end \\',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference must stay what it is.
  'references ${env:HOME} ${file:/etc/passwd:root} $1 $& @KAFKA_PASSWORD@ %s',
  "comments -- # ! // /* */ ; end';--",
  ' blanks at both ends ',
  'accents é, 漢字, 🔑 and = : signs',
])('the password %j survives letter for letter', async (odd) => {
  secret({ username: 'flink-analytics', password: odd });
  await submit();
  expect(userIn(submitted('kafka-user.properties'))).toEqual({ username: 'flink-analytics', password: odd });
});

const signsIn = job.replace('flink-analytics', '@KAFKA_USERNAME@');

test.each<readonly [string, () => void, RegExp]>([
  [
    'no access to the secret',
    () =>
      master.write(
        'gcloud-fails/secrets',
        "ERROR: PERMISSION_DENIED: Permission 'secretmanager.versions.access' denied",
      ),
    /no access to the secret projects\/p\/secrets\/flink .*PERMISSION_DENIED.*secretAccessor/,
  ],
  ['a secret that is not JSON', () => secret(password), /not JSON: it should be/],
  ['a secret that is a list', () => secret([password]), /has no "username"/],
  ['a secret without a password', () => secret({ username: 'flink-analytics' }), /has no "password"/],
  [
    'a password with a line end',
    () => secret({ username: 'flink-analytics', password: `${password}\n` }),
    /character that Kafka cannot be given/,
  ],
  ['an empty password', () => secret({ username: 'flink-analytics', password: '' }), /has no "password"/],
  [
    'the secret of another user',
    () => secret({ username: 'somebody', password }),
    /is of the user "somebody", and the job signs in as "flink-analytics"/,
  ],
  ['a job that signs in nowhere', () => republish(job.replace('@KAFKA_PASSWORD@', 'x')), /signs in nowhere/],
  ['a password elsewhere in the job', () => republish(`${job}-- @KAFKA_PASSWORD@`), /would be printed to the logs/],
])('%s: it fails with a sentence, says no secret and submits nothing', async (_, plant, sentence) => {
  plant();
  const { code, output } = await master.run('orders-analytics.sh');
  expect(output).toMatch(sentence);
  expect(code).toBe(1);
  expect(output).not.toContain(password);
  expect(traces()).toEqual([]);
  expect(kept()).toEqual([]);
  expect(master.calls('sql-client.sh')).toEqual([]);
});

test('a job may leave the name of the user to the secret', async () => {
  republish(signsIn);
  secret({ username: 'some"body', password });
  await submit();
  expect(submitted('job.sql')).toContain(`username="\${file:kafka-user.properties:username}"`);
  expect(userIn(submitted('kafka-user.properties'))).toEqual({ username: 'some"body', password });
});

function republish(text: string): void {
  master.publish(release.files.map((file) => (file.name === 'job.sql' ? { ...file, text } : file)));
}
