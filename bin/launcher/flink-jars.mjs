import { join } from 'node:path';
import { fetchJars } from './maven-jars.mjs';
import { root } from './root.mjs';

/** Shared by all runs; keep the version in step with the pom and with the image of Dataproc. */
export const flinkHome = join(root, '.cache', 'flink-2.2.0');
export const flinkJars = join(flinkHome, 'jars');
const pom = join(root, 'bin', 'local', 'engines', 'flink.pom.xml');

/** Lets Maven fetch Flink's jars the first time (about 20 s, 136 MB). Answers a sentence when that fails. */
export const fetchFlink = (env) => fetchJars('Flink', pom, flinkJars, env);
