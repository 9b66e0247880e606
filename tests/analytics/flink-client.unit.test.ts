import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { newestCheckpoint } from '../../bin/local/engines/flink-checkpoints.ts';
import { causeOf } from '../../bin/local/engines/flink-gateway.ts';
import { jobReport } from '../../bin/local/engines/flink-jobs.ts';

test('the newest checkpoint is the last complete one, whichever job made it and whatever its number', () => {
  const folder = mkdtempSync(join(tmpdir(), 'checkpoints-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const checkpoint = (job: string, name: string, at: number, metadata: string | undefined) => {
    const path = join(folder, job, name);
    mkdirSync(path, { recursive: true });
    if (metadata === undefined) return path;
    writeFileSync(join(path, '_metadata'), metadata);
    utimesSync(join(path, '_metadata'), at, at);
    return path;
  };
  expect(newestCheckpoint(folder)).toBeUndefined();
  expect(newestCheckpoint(join(folder, 'none'))).toBeUndefined();
  checkpoint('old', 'chk-41', 100, 'done');
  const newest = checkpoint('young', 'chk-2', 200, 'done');
  checkpoint('young', 'chk-3', 300, undefined);
  checkpoint('young', 'chk-4', 300, '');
  checkpoint('young', 'shared', 400, 'done');
  expect(newestCheckpoint(folder)).toBe(newest);
});

test('of a stack trace the innermost cause is told, and no password', () => {
  const trace = [
    'org.apache.flink.util.FlinkException: Global failure triggered by OperatorCoordinator',
    '\tat org.apache.flink.runtime.Some.method(Some.java:1)',
    'Caused by: java.lang.RuntimeException: outer',
    'Caused by: org.apache.kafka.common.KafkaException: login required username="u" password="hu\\"sh"; failed',
    '\t... 3 more',
  ].join('\n');
  expect(causeOf(trace)).toBe('KafkaException: login required username="u" password=…; failed');
  expect(causeOf('')).toBe('no reason given');
});

test('a job of which nobody answers is absent, not running', async () => {
  expect(await jobReport('http://127.0.0.1:9', 'any')).toEqual({ state: 'ABSENT', running: false, checkpoints: 0 });
});
