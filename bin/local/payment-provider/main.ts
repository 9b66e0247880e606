import { join } from 'node:path';
import { openLedger } from './ledger.ts';
import { createProvider } from './server.ts';

const {
  PORT,
  HOST = '127.0.0.1',
  DATA_DIR,
  PAYMENT_PROVIDER_KEY,
  SLOW_MS = '20000',
  TIMEOUT_MS = '5000',
} = process.env;
const ledgerFile = process.env.LEDGER ?? (DATA_DIR && join(DATA_DIR, 'ledger.jsonl'));
if (!PORT || !ledgerFile || !PAYMENT_PROVIDER_KEY) {
  process.stderr.write('The payment provider needs PORT, LEDGER (a file) or DATA_DIR, and PAYMENT_PROVIDER_KEY.\n');
  process.exit(1);
}

const server = createProvider({
  ledger: openLedger(ledgerFile),
  secretKey: PAYMENT_PROVIDER_KEY,
  delays: { slowMs: Number(SLOW_MS), timeoutMs: Number(TIMEOUT_MS) },
});
server.listen(Number(PORT), HOST, () => {
  const address = server.address();
  process.stdout.write(`${JSON.stringify({ listening: typeof address === 'object' ? address?.port : PORT })}\n`);
});
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
