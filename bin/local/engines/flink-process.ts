import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fetchFlink, flinkJars } from '../../launcher/flink-jars.mjs';
import { type Running, spawnLogged } from '../spawn.ts';
import { LocalFailure } from './engine.ts';
import { temporaryFolder } from './flink-config.ts';
import { javaFlags, requireJava } from './java.ts';

/** What of the JDK Flink reaches into, as its own start scripts open it. */
const opened = [
  ...['java.net', 'java.io', 'java.nio', 'java.lang', 'java.lang.reflect', 'java.text', 'java.time', 'java.util'],
  ...[
    'java.util.concurrent',
    'java.util.concurrent.atomic',
    'java.util.concurrent.locks',
    'sun.net.util',
    'sun.nio.ch',
  ],
];

export type FlinkProcess = {
  readonly name: string;
  readonly main: string;
  readonly args: readonly string[];
  readonly heapMb: number;
  /** The folder of `writeConfiguration`. */
  readonly configuration: string;
  readonly dir: string;
  readonly logFile: string;
  /** Variables on top of those that every local Flink has. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** Starts one of Flink's JVMs; fetches Flink the first time. Throws a `LocalFailure` if that fails or Java is missing. */
export async function spawnFlink(options: FlinkProcess): Promise<Running> {
  const java = requireJava();
  const problem = await fetchFlink(process.env);
  if (problem) throw new LocalFailure(problem);
  const classPath = readdirSync(flinkJars)
    .sort()
    .map((name) => join(flinkJars, name))
    .join(':');
  const empty = join(options.dir, 'none');
  const temporary = temporaryFolder(options.dir, options.name);
  // A process that was killed left its own there, 66 MB each time.
  rmSync(temporary, { recursive: true, force: true });
  for (const folder of [empty, temporary]) mkdirSync(folder, { recursive: true });
  return spawnLogged({
    name: options.name,
    command: java.command,
    args: [
      ...[...javaFlags(options.heapMb), '-Djava.awt.headless=true', '-Dlog4j2.disable.jmx=true'],
      `-Djava.io.tmpdir=${temporary}`,
      `-Dlog4j2.configurationFile=${join(options.configuration, 'log4j2.properties')}`,
      ...opened.map((one) => `--add-opens=java.base/${one}=ALL-UNNAMED`),
      ...['-cp', classPath, options.main, ...options.args],
    ],
    env: {
      FLINK_CONF_DIR: options.configuration,
      FLINK_LIB_DIR: flinkJars,
      FLINK_OPT_DIR: empty,
      FLINK_PLUGINS_DIR: empty,
      ...options.env,
    },
    logFile: options.logFile,
    cwd: options.dir,
    ...(options.signal ? { signal: options.signal } : {}),
  });
}
