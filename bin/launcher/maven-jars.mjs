import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { findMaven } from './java.mjs';

/**
 * Lets Maven copy what `pom` depends on into `folder`, unless it is there. Answers a sentence when that fails; `name` is the
 * product in it.
 */
export async function fetchJars(name, pom, folder, env) {
  if (existsSync(folder)) return undefined;
  const maven = findMaven(env);
  if (maven.kind === 'missing') return maven.sentence;
  // Beside the place, so that it appears there complete or not at all.
  const partial = `${folder}.${process.pid}`;
  mkdirSync(dirname(folder), { recursive: true });
  const args = ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${partial}`];
  try {
    const said = await new Promise((resolve) => {
      execFile(maven.command, args, { env }, (error, stdout) => resolve(error ? stdout || error.message : ''));
    });
    if (said === '') renameInto(partial, folder);
    if (existsSync(folder)) return undefined;
    const line = /\[ERROR\] (.*)/.exec(said)?.[1] ?? said;
    return `Maven could not fetch ${name} (${line.slice(0, 300)}): check the network and start again.`;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** Another run may have been faster; its jars are the same. */
function renameInto(partial, folder) {
  try {
    renameSync(partial, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}
