import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { knownFindings, openFindings, reports, reportText, risen } from '../../stacks/aws/gates/report.ts';

const root = new URL('../..', import.meta.url).pathname;

/** The committed text of a report, empty when there is none yet. */
export const committedReport = (file: string): string =>
  existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '';

/** Writes every report of a synthesized app. Throws with sentences where more is open than was known, unless `raise`. */
export function writeReports(app: Parameters<typeof openFindings>[1], raise: boolean): void {
  for (const { file, title, pack } of reports) {
    const open = openFindings(pack(), app);
    const more = risen(open, knownFindings(committedReport(file)));
    if (more.length > 0 && !raise) throw new Error(more.join('\n'));
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), reportText(title, open));
  }
}
