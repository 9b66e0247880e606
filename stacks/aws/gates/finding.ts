import { environments } from '../../environments.ts';
import { prefix, stackName } from '../../naming.ts';

/** What a check found: the id of the rule, with its detail in brackets where one rule finds several things, and where. */
export type Finding = { readonly id: string; readonly where: string; readonly says: string };

/** The same for every environment: `Ecommerce-Prod-Tables/Orders` and `Ecommerce-Dev-Tables/Orders` are both `Tables/Orders`. */
export const withoutEnvironment = (text: string): string =>
  Object.values(environments).reduce(
    (rest, row) =>
      rest
        .replaceAll(stackName(row, ''), '')
        .replaceAll(stackName(row, '').replaceAll('-', ''), '')
        .replaceAll(prefix(row), 'ecommerce-<environment>')
        .replaceAll(row.account, '<account>')
        .replaceAll(row.region, '<region>'),
    text,
  );

/** Whether a construct path is the place or lies below it. */
export const isBelow = (path: string, place: string): boolean => path === place || path.startsWith(`${place}/`);

/** Findings in one order, whatever order the constructs were made in. */
export const sortedFindings = (findings: readonly Finding[]): readonly Finding[] =>
  findings.toSorted((a, b) => compare(`${a.id} ${a.where}`, `${b.id} ${b.where}`));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
