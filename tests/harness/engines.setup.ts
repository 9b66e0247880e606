import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startDynamodb } from '../../bin/local/engines/dynamodb.ts';
import { startKafka } from '../../bin/local/engines/kafka.ts';
import { startPostgres } from '../../bin/local/engines/postgres.ts';
import { startSes } from '../../bin/local/engines/ses.ts';
import { choosePorts } from '../../bin/local/ports.ts';
import './provided.ts';
import { memoryDirectory } from './memory-directory.ts';

/** Starts the four engines once for all engine tests, on free ports, in memory where the system has a memory disk. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = memoryDirectory('engines');
  const any = undefined;
  const ports = await choosePorts({ postgres: any, dynamodb: any, kafka: any, controller: any, ses: any });
  const options = (name: 'postgres' | 'dynamodb' | 'kafka' | 'ses') => ({
    dir: join(dir, name),
    port: ports[name],
    logFile: join(dir, `${name}.log`),
  });
  const starting = [
    startPostgres(options('postgres')),
    startDynamodb(options('dynamodb')),
    startKafka({ ...options('kafka'), controllerPort: ports.controller }),
    startSes(options('ses')),
  ] as const;
  const stopAll = async () => {
    const settled = await Promise.allSettled(starting);
    await Promise.all(settled.map((one) => (one.status === 'fulfilled' ? one.value.stop() : undefined)));
    rmSync(dir, { recursive: true, force: true });
  };
  const [postgres, dynamodb, kafka, ses] = await Promise.all(starting).catch(async (error) => {
    await stopAll();
    throw error;
  });
  project.provide('postgresAdminUrl', postgres.endpoint);
  project.provide('dynamodbEndpoint', dynamodb.endpoint);
  project.provide('kafkaBrokers', kafka.endpoint);
  project.provide('sesEndpoint', ses.endpoint);
  return stopAll;
}
