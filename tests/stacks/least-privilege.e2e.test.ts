import { readFileSync } from 'node:fs';
import { expect, inject, test } from 'vitest';
import { callsFile } from '../harness/recording.ts';
import type { RecordedCall } from '../harness/sdk-calls.ts';
import { recordedCalls } from './recorded-calls.ts';

const sentence = ({ service, action, resource }: RecordedCall): string => `${service}: ${action} on ${resource}`;

test('all end-to-end tests made the services ask DynamoDB for exactly what is written down and granted', () => {
  const platform = inject('platform');
  const lines = readFileSync(callsFile(platform.dataDir), 'utf8').trim().split('\n');
  const seen = new Set(lines.map((line) => sentence(JSON.parse(line))));
  const written = new Set(recordedCalls.map(sentence));
  expect([...seen].filter((one) => !written.has(one))).toEqual([]);
  // A part of the tests makes a part of the calls.
  expect([...written].filter((one) => platform.wholeRun && !seen.has(one))).toEqual([]);
});
