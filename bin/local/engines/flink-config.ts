import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Keys of Flink's configuration; https://nightlies.apache.org/flink/flink-docs-release-2.2/docs/deployment/config/. */
export type FlinkSettings = Readonly<Record<string, string | number | boolean>>;

/**
 * What every Flink on this machine gets. Results become visible at a checkpoint, so its interval bounds how late they are;
 * a job that fails is tried again for ever, because what it lacks (Kafka, a disk) comes back.
 */
export const localSettings = (dir: string, name: string): FlinkSettings => ({
  'execution.checkpointing.interval': '5 s',
  'execution.checkpointing.min-pause': '1 s',
  'execution.checkpointing.timeout': '60 s',
  'execution.checkpointing.externalized-checkpoint-retention': 'RETAIN_ON_CANCELLATION',
  'execution.checkpointing.dir': `file://${join(dir, 'checkpoints')}`,
  'execution.checkpointing.num-retained': 3,
  'restart-strategy.type': 'fixed-delay',
  'restart-strategy.fixed-delay.attempts': 2_147_483_647,
  'restart-strategy.fixed-delay.delay': '1 s',
  'heartbeat.interval': '2 s',
  'heartbeat.timeout': '8 s',
  'io.tmp.dirs': temporaryFolder(dir, name),
  'parallelism.default': 1,
  'taskmanager.numberOfTaskSlots': 4,
  'taskmanager.memory.managed.size': '64 mb',
  'taskmanager.memory.network.min': '64 mb',
  'taskmanager.memory.network.max': '64 mb',
});

/** What the process of this name needs only while it runs. */
export const temporaryFolder = (dir: string, name: string): string => join(dir, 'temporary', name);

/** Writes the folder that FLINK_CONF_DIR points at and answers its path. */
export function writeConfiguration(folder: string, settings: FlinkSettings): string {
  mkdirSync(folder, { recursive: true });
  const lines = Object.entries(settings).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
  writeFileSync(join(folder, 'config.yaml'), lines.join(''), { mode: 0o600 });
  writeFileSync(join(folder, 'log4j2.properties'), logging);
  return folder;
}

/** Warnings and errors to the log file of the process; what the client could also be is no warning. */
const logging = `rootLogger.level = WARN
rootLogger.appenderRef.out.ref = out
logger.optional.name = org.apache.flink.client.cli.CliFrontend
logger.optional.level = ERROR
appender.out.name = out
appender.out.type = CONSOLE
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %p %c{1} %m%n
`;
