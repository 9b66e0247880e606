import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type FlinkCluster, startFlinkCluster } from '../../bin/local/engines/flink-cluster.ts';
import { choosePorts } from '../../bin/local/ports.ts';
import { memoryDirectory } from '../harness/memory-directory.ts';

/** A Flink of separate processes that notices losses soon and makes a checkpoint every second. */
export async function startClusterWorld(): Promise<
  FlinkCluster & { readonly results: string; readonly checkpoints: string }
> {
  const dir = memoryDirectory('flink-cluster');
  const any = undefined;
  const ports = await choosePorts({ gateway: any, rest: any, rpc: any });
  const cluster = await startFlinkCluster({
    dir: join(dir, 'flink'),
    ports,
    logFile: join(dir, 'log'),
    settings: {
      'execution.checkpointing.interval': '1 s',
      'execution.checkpointing.min-pause': '300 ms',
      'heartbeat.interval': '500 ms',
      'heartbeat.timeout': '5 s',
      'restart-strategy.fixed-delay.delay': '200 ms',
    },
  });
  return {
    ...cluster,
    results: join(dir, 'results'),
    checkpoints: join(dir, 'flink', 'checkpoints'),
    async stop() {
      await cluster.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
