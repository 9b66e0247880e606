import type { Sql } from 'postgres';

export type AuditWatch = {
  stop(): Promise<{ readonly snapshots: number; readonly unsound: readonly unknown[] }>;
};

/** Reads the audit in read-only REPEATABLE READ snapshots, one after another, until stopped. */
export function watchAudit(sql: Sql): AuditWatch {
  let stopped = false;
  let snapshots = 0;
  const unsound: unknown[] = [];
  const watching = (async () => {
    while (!stopped) {
      await sql.begin('ISOLATION LEVEL REPEATABLE READ READ ONLY', async (snapshot) => {
        unsound.push(...(await snapshot`SELECT * FROM inventory_audit`));
      });
      snapshots += 1;
    }
  })();
  return {
    async stop() {
      stopped = true;
      await watching;
      return { snapshots, unsound };
    },
  };
}
