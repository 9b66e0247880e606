import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { releaseOf } from '../../../analytics/dataproc/release.ts';

const scripts = new URL('../../../analytics/dataproc/', import.meta.url).pathname;
const fakes = new URL('./fakes/', import.meta.url).pathname;

/** As the job signs in, with an odd enough letter in front of it. */
export const job = `SET 'pipeline.name' = 'it''s';
CREATE TEMPORARY TABLE records (payload STRING) WITH (
  'properties.security.protocol' = 'SASL_SSL',
  'properties.sasl.jaas.config' = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule required username="flink-analytics" password="@KAFKA_PASSWORD@";'
);
`;
export const release = releaseOf(job);

export type Ended = { readonly code: number | null; readonly output: string };

/** A folder that stands for the master's root, with commands that only record and pretend. Removed by `remove`. */
export class Sandbox {
  readonly home = mkdtempSync(join(tmpdir(), 'dataproc-'));
  readonly root = join(this.home, 'root');
  private readonly started: ChildProcess[] = [];
  readonly environment: Record<string, string>;

  constructor() {
    const bin = join(this.home, 'bin');
    const commands = ['gcloud', 'yarn', 'hdfs', 'hadoop', 'systemctl'];
    for (const name of commands) this.command(`${name}.sh`, join(bin, name));
    this.command('get-metadata-value.sh', join(bin, 'get_metadata_value'));
    for (const name of ['flink', 'sql-client.sh'])
      this.command(name === 'flink' ? 'flink.sh' : name, join(this.root, 'usr/lib/flink/bin', name));
    this.write('file-system', 'hdfs://master\n');
    this.environment = {
      PATH: `${bin}:${process.env.PATH}`,
      SANDBOX: this.home,
      ORDERS_ANALYTICS_ROOT: this.root,
      ORDERS_ANALYTICS_PAUSE: '0.05',
      ORDERS_ANALYTICS_PATIENCE: '4',
      METADATA_COMMAND: join(bin, 'get_metadata_value'),
      ANALYTICS_ENVIRONMENT: 'dev',
      ANALYTICS_ARTIFACTS: 'gs://artifacts/orders-analytics',
      ANALYTICS_CHECKPOINTS: 'gs://checkpoints/orders-analytics',
      ANALYTICS_RESULTS: 'gs://results',
      ANALYTICS_TEMPORARY: 'gs://temporary',
      ANALYTICS_SECRET: 'projects/p/secrets/flink',
      YARN_WEB: 'http://127.0.0.1:1',
    };
  }

  private command(fake: string, path: string): void {
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(join(fakes, fake), path);
    chmodSync(path, 0o755);
  }

  write(path: string, text: string | Buffer, seconds?: number): void {
    const file = join(this.home, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    if (seconds !== undefined) utimesSync(file, seconds, seconds);
  }

  read = (path: string): string =>
    existsSync(join(this.home, path)) ? readFileSync(join(this.home, path), 'utf8') : '';
  exists = (path: string): boolean => existsSync(join(this.home, path));
  drop = (path: string): void => rmSync(join(this.home, path), { recursive: true, force: true });
  calls = (command: string): readonly string[] =>
    this.read('calls')
      .split('\n')
      .filter((line) => line.startsWith(`${command} `));

  /** Every file below a folder with its text. */
  files(folder: string): Readonly<Record<string, string>> {
    if (!this.exists(folder)) return {};
    const entries = readdirSync(join(this.home, folder), { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return Object.fromEntries(
      paths.sort().map((path) => [path.slice(this.home.length + 1), readFileSync(path, 'latin1')]),
    );
  }

  /** The release in its bucket, called current. */
  publish(files = release.files, hash = release.hash): void {
    for (const { name, text } of files) this.write(`buckets/artifacts/orders-analytics/releases/${hash}/${name}`, text);
    this.write('buckets/artifacts/orders-analytics/current', `${hash}\n`);
  }

  /** The release's scripts where the initialization action puts them. */
  install(): void {
    for (const { name, text } of release.files)
      if (/\.(sh|py)$/.test(name)) this.write(`root/usr/local/lib/orders-analytics/${name}`, text);
  }

  application(id: string, tags: string, state = 'RUNNING', name = 'orders-analytics'): void {
    const facts = { name, tags, state, final: 'UNDEFINED' };
    for (const [fact, text] of Object.entries(facts)) this.write(`applications/${id}/${fact}`, `${text}\n`);
  }

  /** Starts one of the scripts; `until` waits for a text in what it says, and answers false when it ends without. */
  start(script: string, more: Record<string, string> = {}) {
    const child = spawn('bash', [join(scripts, script)], { env: { ...this.environment, ...more } });
    this.started.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data));
    const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, output })));
    const until = async (text: string): Promise<boolean> => {
      while (!output.includes(text)) if (await Promise.race([ended, later(20)])) return output.includes(text);
      return true;
    };
    return { ended, until, signal: (name: NodeJS.Signals) => child.kill(name) };
  }

  run = (script: string, more: Record<string, string> = {}): Promise<Ended> => this.start(script, more).ended;

  remove(): void {
    for (const child of this.started) child.kill('SIGKILL');
    rmSync(this.home, { recursive: true, force: true });
  }
}

const later = (milliseconds: number) =>
  new Promise<undefined>((resolve) => setTimeout(resolve, milliseconds, undefined));
