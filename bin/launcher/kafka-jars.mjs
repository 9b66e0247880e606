import { join } from 'node:path';
import { fetchJars } from './maven-jars.mjs';
import { root } from './root.mjs';

/** Shared by all runs; keep the version in step with the pom. */
export const kafkaHome = join(root, '.cache', 'kafka-3.9.2');
export const kafkaJars = join(kafkaHome, 'jars');
const pom = join(root, 'bin', 'local', 'engines', 'kafka.pom.xml');

/** Lets Maven fetch Kafka's jars the first time (about 15 s, 46 MB). Answers a sentence when that fails. */
export const fetchKafka = (env) => fetchJars('Kafka', pom, kafkaJars, env);
