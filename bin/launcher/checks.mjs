import { existsSync, mkdirSync, statfsSync, statSync } from 'node:fs';
import { freemem } from 'node:os';
import { dirname, join } from 'node:path';
import { findJava, findMaven } from './java.mjs';
import { kafkaJars } from './kafka-jars.mjs';
import { root } from './root.mjs';

const passed = (name, note) => ({ name, ok: true, note });
const failed = (name, note) => ({ name, ok: false, note });

export function nodeCheck(version) {
  const ok = Number(version.split('.')[0]) >= 20;
  return ok ? passed('node', version) : failed('node', `Node ${version} is too old: install Node 20 or newer.`);
}

/** What the engines need from the system, less what is elsewhere. */
export function engineChecks(env) {
  const needsKafka = !env.KAFKA_BROKERS;
  const needsJava = needsKafka || !env.AWS_ENDPOINT_URL_DYNAMODB;
  return [needsJava ? javaCheck(env) : passed('java', 'not needed'), mavenCheck(env, needsKafka)];
}

function javaCheck(env) {
  const java = findJava(env);
  return java.kind === 'found' ? passed('java', `${java.version} (${java.command})`) : failed('java', java.sentence);
}

function mavenCheck(env, needsKafka) {
  if (!needsKafka || existsSync(kafkaJars)) return passed('maven', 'not needed');
  const maven = findMaven(env);
  return maven.kind === 'found' ? passed('maven', maven.command) : failed('maven', maven.sentence);
}

/** `needMb` on the disk that will hold `folder`. */
export function diskCheck(folder, needMb) {
  let existing = folder;
  while (!existsSync(existing)) existing = dirname(existing);
  const { bavail, bsize } = statfsSync(existing);
  const freeMb = Math.floor((bavail * bsize) / 1e6);
  if (freeMb >= needMb) return passed('disk', `${freeMb} MB free for ${folder}`);
  return failed(
    'disk',
    `Only ${freeMb} MB are free on the disk that holds ${folder}: free ${needMb - freeMb} MB more.`,
  );
}

export function memoryCheck() {
  const freeMb = Math.floor(freemem() / 1e6);
  // macOS counts cached files as used, so a low figure says nothing there.
  if (process.platform !== 'linux' || freeMb >= 2500) return passed('memory', `${freeMb} MB free`);
  return failed(
    'memory',
    `Only ${freeMb} MB of memory are free: end other programs, the platform takes up to 2500 MB.`,
  );
}

/** PostgreSQL refuses root, so under root another user must be able to reach its data and its programs. */
export function rootCheck(env) {
  if (process.getuid?.() !== 0 || env.DATABASE_URL) return passed('user', 'can run PostgreSQL');
  for (let folder = join(root, '.'); folder !== dirname(folder); folder = dirname(folder))
    if ((statSync(folder).mode & 0o001) === 0)
      return failed(
        'user',
        `PostgreSQL refuses to run as root, and nobody else may enter ${folder}: run as an ordinary user, or "chmod o+x ${folder}".`,
      );
  return passed('user', 'root; PostgreSQL runs as another user');
}

export function writableCheck(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    return passed('data', folder);
  } catch (error) {
    return failed('data', `${folder} cannot be made (${error.code}): give this user the right to write there.`);
  }
}
