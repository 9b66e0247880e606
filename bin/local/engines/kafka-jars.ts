import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findMaven } from '../../launcher/java.mjs';
import { LocalFailure } from './engine.ts';

const run = promisify(execFile);
const pom = fileURLToPath(new URL('./kafka.pom.xml', import.meta.url));
/** Shared by every checkout run; keep the version in step with the pom. */
export const kafkaHome = resolve(fileURLToPath(new URL('../../../.cache/kafka-3.9.2', import.meta.url)));

/** Kafka's class path, fetched by Maven the first time (about 15 s, 46 MB). Throws a `LocalFailure` if that fails. */
export async function kafkaClassPath(): Promise<string> {
  const jars = join(kafkaHome, 'jars');
  if (!existsSync(jars)) await fetchJars(jars);
  // An explicit list: a wildcard has no fixed order, and the class data archive is only good for the same one.
  return readdirSync(jars)
    .sort()
    .map((name) => join(jars, name))
    .join(':');
}

async function fetchJars(jars: string): Promise<void> {
  const maven = findMaven(process.env);
  if (maven.kind === 'missing') throw new LocalFailure(maven.sentence);
  const partial = `${jars}.${process.pid}`;
  mkdirSync(kafkaHome, { recursive: true });
  try {
    await run(maven.command, ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${partial}`]);
    if (!existsSync(jars)) renameSync(partial, jars);
  } catch (error) {
    if (existsSync(jars)) return;
    const said = (error as { stdout?: string }).stdout?.match(/\[ERROR\] (.*)/)?.[1] ?? String(error);
    throw new LocalFailure(`Maven could not fetch Kafka (${said.slice(0, 300)}): check the network and start again.`);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}
