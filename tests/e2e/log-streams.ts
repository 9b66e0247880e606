import type { LogStream } from '../../bin/local/loki.ts';
import { logLevels } from '../../charts/monitoring/log-labels.ts';
import { namespace } from '../../stacks/naming.ts';
import type { LogLine } from './log-lines.ts';

/** Lines of a service as Alloy sends them in a cluster: the same three labels, the line's own time, the line unchanged. */
export function streamsOf(service: string, lines: readonly LogLine[]): readonly LogStream[] {
  const byLevel = new Map<string, [string, string][]>();
  for (const line of lines) {
    const known = logLevels.find((level) => level === line.level) ?? 'info';
    const values = byLevel.get(known) ?? [];
    values.push([String(Date.parse(String(line.time)) * 1e6), JSON.stringify(line)]);
    byLevel.set(known, values);
  }
  return [...byLevel].map(([level, values]) => ({ stream: { namespace, service, level }, values }));
}
