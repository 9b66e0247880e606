/** `npm run doctor`: says beforehand what would keep `npm start` from working. */
import { diskCheck, engineChecks, memoryCheck, nodeCheck, rootCheck, writableCheck } from './launcher/checks.mjs';
import { isInstalled, node24Problem } from './launcher/install.mjs';
import { gatewayPortCheck } from './launcher/ports.mjs';
import { dataDir } from './launcher/root.mjs';

const data = dataDir(process.env);
const installed = isInstalled();
const installProblem = installed ? node24Problem() : undefined;
const checks = [
  nodeCheck(process.versions.node),
  ...engineChecks(process.env),
  {
    name: 'install',
    ok: installProblem === undefined,
    note: installProblem ?? (installed ? 'as the lock file says' : '"npm start" will install the dependencies first'),
  },
  writableCheck(data),
  diskCheck(data, installed ? 300 : 2000),
  memoryCheck(),
  rootCheck(process.env),
  await gatewayPortCheck(process.env),
];
for (const { name, ok, note } of checks) console.log(`${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(8)} ${note}`);
const failures = checks.filter((check) => !check.ok).length;
console.log(failures === 0 ? 'Everything is there: npm start' : `${failures} to put right before npm start.`);
process.exit(failures === 0 ? 0 : 1);
