import { readEnvironment } from '../kit/environment.ts';
import { createKafka } from '../kit/kafka.ts';
import { bringAcls } from '../kit/kafka-acls.ts';
import { kafkaLogin } from '../kit/kafka-login.ts';
import { createLog } from '../kit/log.ts';
import { platform } from '../platform/platform.ts';
import { accessOf } from './analytics-access.ts';
import { grantEnvironmentSchema } from './env.ts';

const env = readEnvironment(grantEnvironmentSchema, process.env);
const name = 'order-service-grant-analytics';
const principal = `User:${env.ANALYTICS_USER}`;
try {
  const kafka = createKafka(name, env.KAFKA_BROKERS, createLog(name, 'warn'), kafkaLogin(env));
  const { added, removed } = await bringAcls(kafka, principal, accessOf(platform.jobs['orders-analytics']));
  const did = [
    ...(added.length > 0 ? [`added ${added.join(', ')}`] : []),
    ...(removed.length > 0 ? [`took away ${removed.join(', ')}`] : []),
  ];
  process.stdout.write(`${principal}: ${did.length === 0 ? 'up to date' : did.join('; ')}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
