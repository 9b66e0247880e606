import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plant } from './plant.ts';

/** A bug, and the test that must notice it: its file, and a part of its name where the file has many. */
export type Planted = {
  readonly bug: string;
  readonly plant: Plant;
  readonly test: string;
  readonly named?: string;
};

export type Run = { readonly passed: number; readonly failed: number; readonly output: string };

/** Runs one test file in a process of its own with a bug planted, or without any. */
export async function runWith(project: 'unit' | 'integration', planted: Planted, plant: Plant): Promise<Run> {
  const dir = mkdtempSync(join(tmpdir(), 'planted-'));
  const report = join(dir, 'report.json');
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', project, planted.test];
  args.push('--reporter=json', `--outputFile=${report}`);
  const child = spawn(process.execPath, planted.named ? [...args, '-t', planted.named] : args, {
    env: { ...process.env, PLANT: JSON.stringify(plant), VITEST: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
    });
  await new Promise((resolve) => child.once('close', resolve));
  if (!existsSync(report)) throw new Error(`the run left no report: ${output.slice(-2_000)}`);
  const text = readFileSync(report, 'utf8');
  rmSync(dir, { recursive: true });
  const { numPassedTests, numFailedTests } = JSON.parse(text) as { numPassedTests: number; numFailedTests: number };
  return { passed: numPassedTests, failed: numFailedTests, output: `${output}\n${text}` };
}
