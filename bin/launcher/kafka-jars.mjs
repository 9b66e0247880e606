import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findMaven } from './java.mjs';
import { root } from './root.mjs';

/** Shared by all runs; keep the version in step with the pom. */
export const kafkaHome = join(root, '.cache', 'kafka-3.9.2');
export const kafkaJars = join(kafkaHome, 'jars');
const pom = join(root, 'bin', 'local', 'engines', 'kafka.pom.xml');

/** Lets Maven fetch Kafka's jars the first time (about 15 s, 46 MB). Answers a sentence when that fails. */
export async function fetchKafka(env) {
  if (existsSync(kafkaJars)) return undefined;
  const maven = findMaven(env);
  if (maven.kind === 'missing') return maven.sentence;
  // Beside the place, so that it appears there complete or not at all.
  const partial = `${kafkaJars}.${process.pid}`;
  mkdirSync(kafkaHome, { recursive: true });
  const args = ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${partial}`];
  try {
    const said = await new Promise((resolve) => {
      execFile(maven.command, args, { env }, (error, stdout) => resolve(error ? stdout || error.message : ''));
    });
    if (said === '') renameInto(partial);
    if (existsSync(kafkaJars)) return undefined;
    const line = /\[ERROR\] (.*)/.exec(said)?.[1] ?? said;
    return `Maven could not fetch Kafka (${line.slice(0, 300)}): check the network and start again.`;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** Another run may have been faster; its jars are the same. */
function renameInto(partial) {
  try {
    renameSync(partial, kafkaJars);
  } catch (error) {
    if (!existsSync(kafkaJars)) throw error;
  }
}
