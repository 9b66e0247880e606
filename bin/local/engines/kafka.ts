import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { kafkaHome } from '../../launcher/kafka-jars.mjs';
import { identify } from '../process-identity.ts';
import { spawnLogged } from '../spawn.ts';
import { type Engine, type EngineOptions, LocalFailure, untilReady } from './engine.ts';
import { javaFlags, requireJava } from './java.ts';
import { kafkaClassPath } from './kafka-jars.ts';
import { clusterMetadata } from './kafka-metadata.ts';
import { log4jProperties, type SignIn, serverProperties, userArguments } from './kafka-properties.ts';

const run = promisify(execFile);

type KafkaOptions = EngineOptions & { readonly controllerPort: number; readonly signIn?: SignIn };

/** Starts one Kafka 3.9 node, broker and controller in one; its endpoint is host:port. */
export async function startKafka(options: KafkaOptions): Promise<Engine> {
  const { port, controllerPort, logFile, signal, signIn } = options;
  const dir = resolve(options.dir);
  const java = requireJava();
  const classPath = await kafkaClassPath();
  const config = join(dir, 'server.properties');
  const logging = join(dir, 'log4j.properties');
  mkdirSync(dir, { recursive: true });
  writeFileSync(config, serverProperties({ dir, port, controllerPort, ...(signIn ? { signIn } : {}) }));
  writeFileSync(logging, log4jProperties);
  const clusterId = await formatOnce(java.command, classPath, dir, config, logging, userArguments(signIn));
  const archive = classArchive(java.version);
  const running = await spawnLogged({
    name: 'kafka',
    command: java.command,
    args: [
      '-Xms64m',
      ...javaFlags(256),
      ...archive.flags,
      '-Djava.awt.headless=true',
      ...[`-Dlog4j.configuration=file:${logging}`, '-cp', classPath, 'kafka.Kafka', config],
    ],
    env: {},
    logFile,
    ...(signal ? { signal } : {}),
    cwd: dir,
  });
  await untilReady(running, logFile, async () => {
    const found = await clusterMetadata(port);
    if (found.clusterId !== '' && found.clusterId !== clusterId)
      throw new LocalFailure(`Another Kafka answers on port ${port}: its cluster is ${found.clusterId}.`);
    return found.brokers > 0;
  });
  return {
    ...running,
    endpoint: `127.0.0.1:${port}`,
    stop: async () => {
      const exit = await running.stop();
      archive.keep();
      return exit;
    },
  };
}

async function formatOnce(
  java: string,
  classPath: string,
  dir: string,
  config: string,
  logging: string,
  users: readonly string[],
): Promise<string> {
  const idFile = join(dir, 'cluster-id');
  if (existsSync(idFile)) return readFileSync(idFile, 'utf8');
  const id = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');
  // One word, because an id may begin with a hyphen and would be taken for an option.
  const args = ['format', `--cluster-id=${id}`, '-c', config, ...users];
  rmSync(join(dir, 'data'), { recursive: true, force: true });
  try {
    await run(java, [
      ...javaFlags(64),
      `-Dlog4j.configuration=file:${logging}`,
      '-cp',
      classPath,
      'kafka.tools.StorageTool',
      ...args,
    ]);
  } catch (error) {
    const said = `${(error as { stderr?: string }).stderr ?? error}`;
    if (/no space left/i.test(said))
      throw new LocalFailure(`The disk that holds ${dir} is full: free some space and start again.`);
    throw new LocalFailure(`Kafka could not prepare its directory ${dir}: ${said.trim().split('\n')[0]}`);
  }
  writeFileSync(idFile, id);
  return id;
}

/** Loaded classes, written as a file by the first clean stop and mapped by every later start: 0.8 s less. */
function classArchive(javaVersion: number): { readonly flags: readonly string[]; keep(): void } {
  const file = join(kafkaHome, `classes-java-${javaVersion}.jsa`);
  if (existsSync(file))
    return { flags: [`-XX:SharedArchiveFile=${file}`, '-Xlog:cds=off', '-Xlog:cds+dynamic=off'], keep() {} };
  removeLeftovers();
  const partial = `${file}.${process.pid}`;
  return {
    flags: [`-XX:ArchiveClassesAtExit=${partial}`, '-Xlog:cds=off', '-Xlog:cds+dynamic=off'],
    keep() {
      if (existsSync(partial)) renameSync(partial, file);
    },
  };
}

/** Archives that a crashed launcher did not put in place. */
function removeLeftovers(): void {
  for (const name of readdirSync(kafkaHome)) {
    const pid = Number(/\.jsa\.(\d+)$/.exec(name)?.[1]);
    if (pid && !identify(pid)) rmSync(join(kafkaHome, name), { force: true });
  }
}
