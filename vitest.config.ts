import { defineConfig } from 'vitest/config';
import { JudgesLast } from './tests/harness/judges-last.ts';
import { plantingPlugin } from './tests/planted/planting-plugin.ts';

/**
 * A test file says by its name what it needs:
 *   *.unit.test.ts    nothing but this process
 *   *.engine.test.ts  PostgreSQL, DynamoDB Local, Kafka and a mailbox, started once per run (tests/harness/engines.setup.ts);
 *                     files run side by side, so each makes its own databases, tables and topics with tests/harness
 *   *.e2e.test.ts     the whole local platform, started once per run (tests/harness/platform.setup.ts), one file at a time
 * Run one kind: node_modules/.bin/node node_modules/vitest/vitest.mjs run --project unit [part of a path]
 */
process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1';
// The AWS SDK reads these itself; the engines take any.
process.env.AWS_REGION = 'ap-south-1';
process.env.AWS_ACCESS_KEY_ID = 'local';
process.env.AWS_SECRET_ACCESS_KEY = 'local';

const execArgv = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];

export default defineConfig({
  plugins: [plantingPlugin(process.env.PLANT)],
  test: {
    pool: 'forks',
    maxWorkers: 2,
    execArgv,
    allowOnly: false,
    passWithNoTests: true,
    sequence: { sequencer: JudgesLast },
    // The cache would keep a planted bug for the next run, which has none.
    fsModuleCache: process.env.PLANT === undefined,
    projects: [
      { extends: true, test: { name: 'unit', include: ['tests/**/*.unit.test.ts'], testTimeout: 20_000 } },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/**/*.engine.test.ts'],
          globalSetup: 'tests/harness/engines.setup.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['tests/**/*.e2e.test.ts'],
          globalSetup: 'tests/harness/platform.setup.ts',
          // One file may stop what another needs.
          maxWorkers: 1,
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
