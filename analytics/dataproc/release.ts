import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import manifest from './jars.json' with { type: 'json' };

/** A jar of the job that Dataproc's image does not bring. `place`: the folder below Flink's home. */
export type Jar = {
  /** Maven's group:artifact:version. */
  readonly coordinates: string;
  readonly place: string;
  readonly file: string;
  readonly sha256: string;
};

export type ReleaseFile = { readonly name: string; readonly text: string };

/** What a master needs in order to run one version of the job. */
export type Release = {
  /** Names the folder `releases/<hash>`; the master counts it again before it installs anything. */
  readonly hash: string;
  /** Sorted by name. */
  readonly files: readonly ReleaseFile[];
};

export const jars: readonly Jar[] = manifest.jars;

const written = [
  'analytics-line.py',
  'flink.py',
  'orders-analytics.service',
  'orders-analytics.sh',
  'render-job.py',
  'watch-analytics.service',
  'watch-analytics.sh',
  'watch-analytics.timer',
] as const;

const textOf = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The initialization action; uploaded beside the releases, because the cluster must find it before it knows a release. */
export const initializationAction = (): ReleaseFile => ({ name: 'initialize.sh', text: textOf('initialize.sh') });

/**
 * The release of a job's text, as `renderScript` gives it for an environment of Google's cloud. The same text and scripts give the
 * same hash. Throws when the job asks for no password, as one for a broker without users would.
 */
export function releaseOf(job: string): Release {
  if (!job.includes('"@KAFKA_PASSWORD@"'))
    throw new Error('The job of a release signs in to Kafka: render it with security of kind "scram".');
  const sums = jars.map(({ sha256: sum, place, file }) => `${sum}  ${place}/${file}\n`).join('');
  const files: ReleaseFile[] = written.map((name) => ({ name, text: textOf(name) }));
  files.push({ name: 'jars.sha256', text: sums }, { name: 'job.sql', text: job });
  files.sort((one, other) => (one.name < other.name ? -1 : 1));
  return { hash: sha256(files.map(({ name, text }) => `${sha256(text)}  ${name}\n`).join('')), files };
}
