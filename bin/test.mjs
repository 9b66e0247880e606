/** `npm test [-- part of a path …]`: installs if needed, then types, lint and every test; the last line counts them. */
import { engineChecks, nodeCheck } from './launcher/checks.mjs';
import { prepare } from './launcher/install.mjs';
import { node24 } from './launcher/root.mjs';
import { runCheck, runTests, sum } from './launcher/test-runs.mjs';

const paths = process.argv.slice(2);
const problem =
  [nodeCheck(process.versions.node), ...engineChecks(process.env)].find((check) => !check.ok)?.note ??
  (await prepare(process.env, { flink: true }));
const results = problem
  ? [{ passed: 0, failed: 1, skipped: 0, problem }]
  : [
      await runCheck('types', 'tsc', ['-p', '.']),
      await runCheck('types of the infrastructure', 'tsc', ['-p', 'tsconfig.infrastructure.json']),
      await runCheck('lint', 'biome', ['check']),
      // The engines of one must not take memory and time from the other.
      await runTests(node24, ['unit', 'integration'], paths),
      await runTests(node24, ['e2e'], paths),
    ];

const total = sum(results);
for (const { problem: sentence } of results) if (sentence) console.error(sentence);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;
