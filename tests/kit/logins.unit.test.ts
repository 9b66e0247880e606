import { expect, test } from 'vitest';
import { databaseLogin, driverLogin } from '../../services/kit/database-login.ts';
import { createKafka } from '../../services/kit/kafka.ts';
import { kafkaLogin } from '../../services/kit/kafka-login.ts';
import { createLog } from '../../services/kit/log.ts';
import { isLoopback } from '../../services/kit/loopback.ts';
import { createDatabase } from '../../services/kit/postgres.ts';

const quiet = createLog('tests', 'fatal');
const iam = { DATABASE_AUTH: 'aws-iam', AWS_REGION: 'ap-south-1' } as const;

test.each(['db.example', '10.0.0.1', '127.0.0.1.example', 'localhost.example', '', '127.0.0.1,db.example'])(
  'a database at "%s" is refused without an authority to check its certificate',
  (host) => {
    for (const query of ['', '?sslmode=require', '?ssl=disable'])
      expect(() => createDatabase({ url: `postgres://u:p@${host}:5432/x${query}`, max: 1, name: 'x' })).toThrow();
    expect(isLoopback(host)).toBe(false);
  },
);

test('with an authority the certificate is checked, whatever the URL says', () => {
  for (const url of ['postgres://u:p@db.example/x', 'postgres://u:p@db.example/x?sslmode=disable'])
    expect(driverLogin(url, { ca: 'PEM' }).ssl).toEqual({ rejectUnauthorized: true, ca: 'PEM' });
});

test('a server on this machine needs neither', () => {
  for (const host of ['127.0.0.1', 'localhost', '[::1]'])
    expect(driverLogin(`postgres://u:p@${host}/x`, {})).toEqual({ ssl: false, connect_timeout: 0.5 });
});

test('a token login needs a region and a user, and takes no password from the URL', () => {
  const login = (url: string) => databaseLogin({ ...iam, DATABASE_URL: url });
  expect(() => login('postgres://user:secret-canary@db.example/x')).toThrow(/without a password/);
  expect(() => login('postgres://db.example/x')).toThrow(/with a user/);
  expect(() => databaseLogin({ DATABASE_AUTH: 'aws-iam', DATABASE_URL: 'postgres://u@db.example/x' })).toThrow(
    'AWS_REGION',
  );
});

test('the token of a database login is for the host, port and user of its URL', async () => {
  const login = databaseLogin({ ...iam, DATABASE_URL: 'postgres://user_service@db.example/x' });
  expect(await login.password?.()).toMatch(/^db\.example:5432\/\?Action=connect&DBUser=user_service&X-Amz/);
});

test('one broker elsewhere is enough for no login to be refused', () => {
  for (const brokers of ['kafka:9092', '127.0.0.1:9092,b-1.example:9098', 'localhost.example:1', '10.0.0.1:9092'])
    expect(() => createKafka('x', brokers, quiet)).toThrow(/needs KAFKA_AUTH=aws-iam/);
  expect(createKafka('x', '127.0.0.1:9092,localhost:9093,[::1]:9094', quiet)).toBeTypeOf('object');
});

test('a Kafka login needs a region; without one asked for there is none', () => {
  expect(kafkaLogin({ KAFKA_AUTH: 'none' })).toEqual({ plainTextHosts: [] });
  expect(() => kafkaLogin({ KAFKA_AUTH: 'aws-iam' })).toThrow('AWS_REGION');
});

test('a host elsewhere is reached in plain text only when it is named, and only that one', () => {
  const named = { plainTextHosts: ['kafka.lan', 'db.lan'] };
  expect(createKafka('x', 'kafka.lan:9092,127.0.0.1:9092', quiet, named)).toBeTypeOf('object');
  expect(() => createKafka('x', 'kafka.lan:9092,other.lan:9092', quiet, named)).toThrow(
    /other\.lan is not on this machine/,
  );
  expect(driverLogin('postgres://u:p@db.lan/x', named).ssl).toBe(false);
  expect(() => driverLogin('postgres://u:p@other.lan/x', named)).toThrow('DATABASE_CA_FILE');
});
