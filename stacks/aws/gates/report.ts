import { type NagPack, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { withoutEnvironment } from './finding.ts';

/** Open findings of one rule of a pack that does not gate. */
export type Open = { readonly rule: string; readonly says: string; readonly where: readonly string[] };

export type Report = { readonly file: string; readonly title: string; readonly pack: () => NagPack };

/** The packs that are reported and do not gate: their findings are known, and may only become fewer. */
export const reports: readonly Report[] = [
  {
    file: 'docs/security/nist-800-53-r5.md',
    title: 'NIST 800-53 revision 5',
    pack: () => new NIST80053R5Checks(),
  },
  { file: 'docs/security/pci-dss.md', title: 'PCI DSS 3.2.1', pack: () => new PCIDSS321Checks() },
];

/** What a pack finds in a synthesized app; environments that share a finding share its line. */
export function openFindings(pack: NagPack, app: IConstruct): readonly Open[] {
  const byRule = new Map<string, { says: string; where: Set<string> }>();
  for (const { ruleName, description, violatingResources } of pack.validateScope(app).violations) {
    const rule = ruleName.replace(/\[.*$/s, '').replace(/^[^-]*-/, '');
    const open = byRule.get(rule) ?? { says: description.replace(/ - \(Control.*$/s, ''), where: new Set() };
    for (const { constructPath } of violatingResources) open.where.add(withoutEnvironment(constructPath ?? ''));
    byRule.set(rule, open);
  }
  return [...byRule]
    .map(([rule, { says, where }]) => ({ rule, says, where: [...where].toSorted() }))
    .toSorted((a, b) => (a.rule < b.rule ? -1 : 1));
}

/** The report as it is committed. */
export function reportText(title: string, open: readonly Open[]): string {
  const count = open.reduce((sum, { where }) => sum + where.length, 0);
  return [
    `# ${title}: open findings`,
    '',
    `Found by cdk-nag in the synthesized stacks of every environment. This pack does not gate; its ${count} open findings of`,
    `${open.length} rules may only become fewer, and a test compares. \`npm run synth -- --write-reports\` writes this file.`,
    '',
    '| Rule | Open | What is open |',
    '|---|---:|---|',
    ...open.map(({ rule, says, where }) => `| ${rule} | ${where.length} | ${says} |`),
    '',
    '## Where',
    ...open.flatMap(({ rule, where }) => ['', `**${rule}**`, '', ...where.map((place) => `- \`${place}\``)]),
    '',
  ].join('\n');
}

/** How many findings of each rule a committed report knows. */
export const knownFindings = (text: string): ReadonlyMap<string, number> =>
  new Map([...text.matchAll(/^\| (\S+) \| (\d+) \|/gm)].map(([, rule = '', count]) => [rule, Number(count)]));

/** One sentence for each rule that has more open findings than the committed report knows. */
export const risen = (open: readonly Open[], known: ReadonlyMap<string, number>): readonly string[] =>
  open
    .filter(({ rule, where }) => where.length > (known.get(rule) ?? 0))
    .map(
      ({ rule, where }) =>
        `${rule} has ${where.length} open findings, the report knows ${known.get(rule) ?? 0}: ${where.join(', ')}.`,
    );
