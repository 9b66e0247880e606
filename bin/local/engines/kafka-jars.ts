import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fetchKafka, kafkaJars } from '../../launcher/kafka-jars.mjs';
import { LocalFailure } from './engine.ts';

/** Kafka's class path, fetched by Maven the first time. Throws a `LocalFailure` if that fails. */
export async function kafkaClassPath(): Promise<string> {
  const problem = await fetchKafka(process.env);
  if (problem) throw new LocalFailure(problem);
  // An explicit list: a wildcard has no fixed order, and the class data archive is only good for the same one.
  return readdirSync(kafkaJars)
    .sort()
    .map((name) => join(kafkaJars, name))
    .join(':');
}
