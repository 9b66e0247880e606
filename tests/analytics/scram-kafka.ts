import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { untilReady } from '../../bin/local/engines/engine.ts';
import { javaFlags, requireJava } from '../../bin/local/engines/java.ts';
import { kafkaClassPath } from '../../bin/local/engines/kafka-jars.ts';
import { clusterMetadata } from '../../bin/local/engines/kafka-metadata.ts';
import { log4jProperties, serverProperties } from '../../bin/local/engines/kafka-properties.ts';
import { choosePorts } from '../../bin/local/ports.ts';
import { type Running, spawnLogged } from '../../bin/local/spawn.ts';
import { selfSigned } from '../kit/certificate.ts';

export type ScramKafka = Running & {
  /** Where only users with a password get in, over TLS. */
  readonly secured: string;
  /** For the test itself, in plain text. */
  readonly plain: string;
  /** PEM file of the authority that signed the broker's certificate. */
  readonly authority: string;
};

/** A Kafka with one SCRAM-SHA-512 user, as the managed one in the cloud has, and a certificate that no system knows. */
export async function startScramKafka(dir: string, user: string, password: string): Promise<ScramKafka> {
  const any = undefined;
  const ports = await choosePorts({ plain: any, secured: any, controller: any });
  mkdirSync(dir, { recursive: true });
  const { certificate, key } = selfSigned('localhost');
  const authority = join(dir, 'authority.pem');
  const keystore = join(dir, 'keystore.pem');
  writeFileSync(authority, certificate);
  writeFileSync(keystore, key + certificate);
  const config = join(dir, 'server.properties');
  const logging = join(dir, 'log4j.properties');
  writeFileSync(logging, log4jProperties);
  const properties = serverProperties({ dir, port: ports.plain, controllerPort: ports.controller })
    .replace(/^(listeners=.*)$/m, `$1,SECURED://127.0.0.1:${ports.secured}`)
    .replace(/^(advertised\.listeners=.*)$/m, `$1,SECURED://localhost:${ports.secured}`)
    .replace(/^(listener\.security\.protocol\.map=.*)$/m, '$1,SECURED:SASL_SSL');
  writeFileSync(
    config,
    `${properties}
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.secured.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
ssl.keystore.type=PEM
ssl.keystore.location=${keystore}
`,
  );
  const java = requireJava();
  const classPath = await kafkaClassPath();
  const flags = [...javaFlags(256), `-Dlog4j.configuration=file:${logging}`, '-cp', classPath];
  const clusterId = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');
  const scram = `SCRAM-SHA-512=[name=${user},password=${password}]`;
  const format = ['format', `--cluster-id=${clusterId}`, '-c', config, '--add-scram', scram];
  await promisify(execFile)(java.command, [...flags, 'kafka.tools.StorageTool', ...format]);
  const logFile = join(dir, 'kafka.log');
  const running = await spawnLogged({
    name: 'kafka with logins',
    command: java.command,
    args: [...flags, 'kafka.Kafka', config],
    env: {},
    logFile,
    cwd: dir,
  });
  await untilReady(running, logFile, async () => (await clusterMetadata(ports.plain)).brokers > 0);
  return { ...running, secured: `localhost:${ports.secured}`, plain: `127.0.0.1:${ports.plain}`, authority };
}
