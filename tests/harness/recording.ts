import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { UnitName } from '../../bin/local/unit-names.ts';
import { serviceNames } from '../../services/platform/names.ts';

type Extra = Readonly<Record<string, string>>;

/** Where the services of the platform under test write their calls of AWS down. */
export const callsFile = (dataDir: string): string => join(dataDir, 'aws-calls.jsonl');

const recorder = pathToFileURL(join(import.meta.dirname, 'call-recorder.ts')).href;
/** The unit that runs a workload, where it is not called like it. */
const workloadOf = (unit: UnitName): string => (unit === 'event-source' ? 'notification-lambda' : unit);

/** `extra` for a unit, with the recorder where the unit calls AWS. */
export function recorded(unit: UnitName, dataDir: string, extra: Extra = {}): Extra {
  const calls = unit === 'event-source' || serviceNames.some((name) => name === unit);
  return calls
    ? {
        NODE_OPTIONS: `--import=${recorder}`,
        AWS_CALLS_FILE: callsFile(dataDir),
        AWS_CALLS_OF: workloadOf(unit),
        ...extra,
      }
    : extra;
}

/** The same for all units, at the first start. */
export const recordedUnits = (dataDir: string): Partial<Record<UnitName, Extra>> =>
  Object.fromEntries(([...serviceNames, 'event-source'] as const).map((unit) => [unit, recorded(unit, dataDir)]));
