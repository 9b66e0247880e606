import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const oldest = 17;
const commands = (debian, fedora, macos) =>
  `Debian: "apt-get install ${debian}", Fedora: "dnf install ${fedora}", macOS: "brew install ${macos}"`;

/** The Java that runs DynamoDB Local and Kafka: JAVA_HOME first, then PATH. */
export function findJava(env) {
  const candidates = [...(env.JAVA_HOME ? [join(env.JAVA_HOME, 'bin', 'java')] : []), 'java'];
  let tooOld;
  for (const command of candidates) {
    const version = javaVersion(command, env);
    if (version >= oldest) return { kind: 'found', command, version };
    tooOld ??= version;
  }
  const what = tooOld === undefined ? 'Java is missing' : `Java ${tooOld} is too old`;
  const how = commands('openjdk-17-jre-headless', 'java-17-openjdk-headless', 'openjdk@17');
  return { kind: 'missing', sentence: `${what}: DynamoDB Local and Kafka need Java ${oldest} or newer. ${how}.` };
}

function javaVersion(command, env) {
  // Java 8 knows only this spelling, and answers on stderr.
  const { stderr } = spawnSync(command, ['-version'], { env, encoding: 'utf8' });
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(stderr ?? '') ?? [];
  return first === undefined ? undefined : Number(first === '1' ? second : first);
}

/** The Maven that fetches Kafka's jars once, from PATH. */
export function findMaven(env) {
  const folders = (env.PATH ?? '').split(':').filter(Boolean);
  const command = folders.map((folder) => join(folder, 'mvn')).find((file) => existsSync(file));
  if (command) return { kind: 'found', command };
  const how = commands('maven', 'maven', 'maven');
  return {
    kind: 'missing',
    sentence: `Maven is missing: it fetches Kafka and Flink once. ${how}; or point KAFKA_BROKERS at a Kafka of your own and start with --no-analytics.`,
  };
}
