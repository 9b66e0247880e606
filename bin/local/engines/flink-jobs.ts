import { setTimeout as sleep } from 'node:timers/promises';
import { causeOf, FlinkFailure, openSession } from './flink-gateway.ts';

type Submission = {
  /** The folder of a checkpoint to go on from; without it the job starts anew. */
  readonly from?: string | undefined;
  /** Flink settings of this job only. */
  readonly settings?: Readonly<Record<string, string>>;
  /** For each statement; to plan the job takes ten seconds, on a machine that has other work more. */
  readonly withinMs?: number;
};

/**
 * Gives the statements, in their order, to the gateway at `endpoint`, and answers the id of the job that the last one started.
 * That it was accepted does not say that it runs: ask `jobState`. Throws a `FlinkFailure` for the first statement refused.
 */
export async function submitJob(
  endpoint: string,
  statements: readonly string[],
  { from, settings, withinMs }: Submission = {},
): Promise<string> {
  const session = await openSession(endpoint, {
    ...settings,
    ...(from ? { 'execution.state-recovery.path': from } : {}),
  });
  try {
    let jobId: string | undefined;
    for (const statement of statements) ({ jobId } = await session.execute(statement, withinMs));
    if (jobId === undefined) throw new FlinkFailure('The last statement started no job.');
    return jobId;
  } finally {
    await session.close();
  }
}

/** The same with a job that ends by itself; resolves when it has finished, and throws with its cause when it failed. */
export async function runJobToEnd(
  endpoint: string,
  statements: readonly string[],
  withinMs = 180_000,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  const session = await openSession(endpoint, { 'table.dml-sync': 'true', ...settings });
  try {
    for (const statement of statements) await session.execute(statement, withinMs);
  } finally {
    await session.close();
  }
}

/** Flink's own states; `ABSENT` when nobody knows the job. */
export type JobState = 'RUNNING' | 'FINISHED' | 'FAILED' | 'CANCELED' | 'RESTARTING' | 'ABSENT' | (string & {});

/** Whether a job is over, however it ended. */
export const hasEnded = (state: JobState): boolean => ['ABSENT', 'CANCELED', 'FAILED', 'FINISHED'].includes(state);

/**
 * What a job does now, from the REST API at `jobs`. `running`: all of its tasks do. `failure`: the last cause of a restart or
 * of its end, in a line.
 */
export type JobReport = {
  readonly state: JobState;
  readonly running: boolean;
  readonly checkpoints: number;
  readonly failure?: string;
};

export async function jobReport(jobs: string, jobId: string): Promise<JobReport> {
  const absent = { state: 'ABSENT', running: false, checkpoints: 0 };
  try {
    const job = await get<{ state: string; vertices: readonly { status: string }[] }>(`${jobs}/jobs/${jobId}`);
    if (job === undefined) return absent;
    const running = job.state === 'RUNNING' && job.vertices.every(({ status }) => status === 'RUNNING');
    const failures = await get<{ exceptionHistory?: { entries?: readonly { stacktrace: string }[] } }>(
      `${jobs}/jobs/${jobId}/exceptions`,
    );
    const trace = failures?.exceptionHistory?.entries?.[0]?.stacktrace;
    const checkpoints = await get<{ counts?: { completed: number } }>(`${jobs}/jobs/${jobId}/checkpoints`);
    return {
      state: job.state,
      running,
      checkpoints: checkpoints?.counts?.completed ?? 0,
      ...(trace ? { failure: causeOf(trace) } : {}),
    };
  } catch {
    return absent;
  }
}

/** What does not pass by waiting, though the job is tried again for ever. */
const refusedLogin = /SaslAuthentication|SslAuthentication|SSLHandshake|CertPath|CertificateException/;

/**
 * Resolves when all tasks of the job run and a checkpoint of it is complete: tasks run for a moment even where Kafka refuses
 * the login. Throws a `FlinkFailure` that says why it does not: as soon as it ended or Kafka refused the login, or after `withinMs`
 * with the last cause of its restarts.
 */
export async function untilRunning(jobs: string, jobId: string, withinMs = 60_000): Promise<void> {
  const until = performance.now() + withinMs;
  let last: JobReport = { state: 'ABSENT', running: false, checkpoints: 0 };
  while (performance.now() < until) {
    const now = await jobReport(jobs, jobId);
    if (now.running && now.checkpoints > 0) return;
    if (now.state !== 'ABSENT') last = now;
    if (['FAILED', 'CANCELED', 'FINISHED'].includes(now.state) || refusedLogin.test(now.failure ?? '')) break;
    await sleep(100);
  }
  throw new FlinkFailure(
    `The job does not run (${last.state.toLowerCase()}): ${last.failure ?? 'Flink gives no cause'}.`,
  );
}

/** Cancels the job and waits until it is gone; what it committed stays, and it can go on from its newest checkpoint. */
export async function cancelJob(jobs: string, jobId: string, withinMs = 30_000): Promise<void> {
  await fetch(`${jobs}/jobs/${jobId}?mode=cancel`, { method: 'PATCH', signal: AbortSignal.timeout(10_000) });
  const until = performance.now() + withinMs;
  while (!hasEnded((await jobReport(jobs, jobId)).state)) {
    if (performance.now() > until)
      throw new FlinkFailure(`Job ${jobId} was not cancelled within ${withinMs / 1000} s.`);
    await sleep(100);
  }
}

async function get<Value>(url: string): Promise<Value | undefined> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  return response.ok ? ((await response.json()) as Value) : undefined;
}
