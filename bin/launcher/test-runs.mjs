import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, withNode24 } from './root.mjs';

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: withNode24(process.env) });
    const forward = (signal) => child.kill(signal);
    process.once('SIGINT', forward).once('SIGTERM', forward);
    child.on('error', () => resolve(127));
    child.on('exit', (code) => {
      process.off('SIGINT', forward).off('SIGTERM', forward);
      resolve(code ?? 1);
    });
  });
}

/** One command that counts as one check. */
export async function runCheck(name, command, args) {
  const code = await run(join(root, 'node_modules', '.bin', command), args);
  return code === 0
    ? { passed: 1, failed: 0, skipped: 0 }
    : { passed: 0, failed: 1, skipped: 0, problem: `The check of ${name} failed.` };
}

/** The tests of some vitest projects, as the JSON report counts them. */
export async function runTests(node, projects, paths) {
  const folder = mkdtempSync(join(tmpdir(), 'test-report-'));
  const report = join(folder, 'report.json');
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const selected = projects.flatMap((project) => ['--project', project]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  try {
    const code = await run(node, [
      '--disable-warning=TimeoutNegativeWarning',
      vitest,
      'run',
      ...selected,
      ...reporters,
      ...paths,
    ]);
    return counted(code, report, projects);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function counted(code, report, projects) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'));
    const result = { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
    if (code === 0 || result.failed > 0) return result;
    // A file that does not load and an error outside any test fail no test of the report.
    return { ...result, failed: 1, problem: `The run of the ${projects.join(' and ')} tests failed outside any test.` };
  } catch {
    const problem = `The ${projects.join(' and ')} tests did not run to their end (exit code ${code}).`;
    return { passed: 0, failed: 1, skipped: 0, problem };
  }
}

/** Adds results up. */
export const sum = (results) =>
  results.reduce(
    (total, one) => ({
      passed: total.passed + one.passed,
      failed: total.failed + one.failed,
      skipped: total.skipped + one.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
