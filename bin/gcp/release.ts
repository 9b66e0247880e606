import { createHash } from 'node:crypto';
import { initializationAction, releaseOf } from '../../analytics/dataproc/release.ts';
import { renderScript } from '../../analytics/job.ts';
import { platform } from '../../services/platform/platform.ts';
import type { Environment } from '../../stacks/environments.ts';
import type { Release } from '../../stacks/gcp/release.ts';
import { analyticsJobName, flinkUserName, gcpBucketName } from '../../stacks/naming.ts';

/** The job as it runs on Google's side of an environment, reading from these brokers (`host:port,host:port`). */
export function releaseFor(row: Environment, brokers: string): Release {
  const job = renderScript({
    brokers,
    security: { kind: 'scram', username: flinkUserName },
    results: `gs://${gcpBucketName(row, platform.jobs[analyticsJobName].results)}`,
    // Five of six partitions may be silent; the job's own heartbeat comes every second in the sixth.
    idleSeconds: 15,
    // The checkpoint that follows, one a minute, commits the file (analytics/dataproc/orders-analytics.sh).
    rolloverSeconds: 30,
  });
  const { text } = initializationAction();
  return { ...releaseOf(job), initialize: { hash: createHash('sha256').update(text).digest('hex'), text } };
}
