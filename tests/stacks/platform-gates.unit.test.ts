import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { committedReport } from '../../bin/aws/security-reports.ts';
import { committedSnapshots, staleSnapshots } from '../../bin/aws/snapshots.ts';
import { assembleAws } from '../../stacks/aws/assembly.ts';
import { exampleGcp } from '../../stacks/aws/example-gcp.ts';
import { unusedAcknowledgements } from '../../stacks/aws/gates/acknowledgement.ts';
import {
  acknowledgements,
  rdsAcknowledgements,
  validationAcknowledgements,
} from '../../stacks/aws/gates/acknowledgements.ts';
import type { Finding } from '../../stacks/aws/gates/finding.ts';
import { reasons } from '../../stacks/aws/gates/reasons.ts';
import { knownFindings, openFindings, reports, reportText, risen } from '../../stacks/aws/gates/report.ts';
import { snapshotsOf } from '../../stacks/aws/snapshot.ts';
import { environmentNames, environments } from '../../stacks/environments.ts';

const outdir = mkdtempSync(join(tmpdir(), 'platform-gates-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

const findings: Finding[] = [];
const rows = environmentNames.map((name) => environments[name]);
// Throws with every finding that nobody acknowledged.
const { app, assembly } = assembleAws(rows, { outdir, gcp: exampleGcp, seen: (finding) => findings.push(finding) });

describe('the gates', () => {
  test('look at stacks of every environment, and no value is left to be asked of an account', () => {
    const { stacks, manifest } = assembly;
    for (const { account } of rows)
      expect(stacks.filter((stack) => stack.environment.account === account).length).toBeGreaterThan(5);
    expect(manifest.missing ?? []).toEqual([]);
  });

  test('an acknowledgement without a finding is named, and there is none', () => {
    expect(unusedAcknowledgements(acknowledgements, findings)).toEqual([]);
    const gone = { id: 'AwsSolutions-S1', where: ['Storage/Gone'], reason: 'tried', owner: 'platform' };
    expect(unusedAcknowledgements([gone], findings)).toEqual([
      'AwsSolutions-S1 at Storage/Gone is acknowledged but not found any more.',
    ]);
  });

  test('findings stay for 25 reasons at most, each used, each with an owner', () => {
    const all = [...acknowledgements, ...rdsAcknowledgements, ...validationAcknowledgements];
    const used = new Set(all.map(({ reason }) => reason));
    expect(Object.keys(reasons).toSorted()).toEqual([...used].toSorted());
    expect(used.size).toBeLessThanOrEqual(25);
    expect(all.filter(({ owner }) => owner.trim() === '')).toEqual([]);
  });
});

describe.each(reports)('$title', ({ file, title, pack }) => {
  const open = openFindings(pack(), app);

  test('no rule has more open findings than the committed report, and none has fewer unwritten', () => {
    expect(risen(open, knownFindings(committedReport(file)))).toEqual([]);
    expect(committedReport(file)).toBe(reportText(title, open));
  });

  test('one more finding is named', () => {
    const [first] = open;
    if (!first) throw new Error('This pack finds nothing: it does not look.');
    const more = open.map((one) => (one === first ? { ...one, where: [...one.where, 'Storage/New'] } : one));
    expect(risen(more, knownFindings(reportText(title, open)))).toEqual([
      expect.stringMatching(new RegExp(`^${first.rule} has ${first.where.length + 1} open findings.*Storage/New\\.$`)),
    ]);
  });
});

describe('the committed templates', () => {
  const snapshots = snapshotsOf(assembly);

  test('are what is synthesized, byte for byte', () => {
    expect(staleSnapshots(snapshots, committedSnapshots())).toEqual([]);
  });

  test('one that differs in a byte, is missing, or has no stack any more is named', () => {
    const committed = committedSnapshots();
    const text = committed['prod/Network'] ?? '';
    expect(staleSnapshots(snapshots, { ...committed, 'prod/Network': `${text} `, 'prod/Gone': '{}\n' })).toEqual([
      expect.stringMatching(/^stacks\/snapshots\/prod\/Gone\.json is not what is synthesized/),
      expect.stringMatching(/^stacks\/snapshots\/prod\/Network\.json is not what is synthesized/),
    ]);
    expect(staleSnapshots(snapshots, {})).toHaveLength(Object.keys(snapshots).length);
  });

  test('hold no hash of an asset', () => {
    const hashes = Object.values(committedSnapshots()).flatMap((text) => text.match(/\b[0-9a-f]{64}\b/g) ?? []);
    expect(hashes).toEqual([]);
  });
});
