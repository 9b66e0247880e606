import { parseArgs } from 'node:util';
import { jars } from '../analytics/dataproc/release.ts';
import { pinnedJar, upload } from './analytics/pinned-jars.ts';

/**
 * `npm run analytics:publish -- --bucket=<artifacts bucket>`: the job's jars, fetched by Maven and checked against `jars.json`, into
 * the bucket from which Dataproc's master takes them. `--dry-run` fetches and checks, and uploads nothing.
 */
const cache = new URL('../.cache/analytics-jars/', import.meta.url).pathname;
try {
  const { values } = parseArgs({
    options: { bucket: { type: 'string' }, 'dry-run': { type: 'boolean', default: false } },
  });
  const { bucket } = values;
  if (!bucket || !/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/.test(bucket))
    throw new Error('Name the bucket of the artifacts: npm run analytics:publish -- --bucket=<name, without gs://>');
  const files = jars.map((jar) => pinnedJar(jar, cache, process.env));
  if (!values['dry-run']) upload(files, bucket, process.env);
  const verb = values['dry-run'] ? 'would be' : 'are';
  for (const { file, sha256 } of jars) console.log(`${sha256}  ${file}`);
  console.log(`${files.length} jars ${verb} in gs://${bucket}/orders-analytics/jars/, each as pinned.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
