import type { Estimate } from '../../stacks/prices/estimate.ts';

const dollars = (amount: number): string => amount.toFixed(2).padStart(10);

/**
 * An estimate as people read it: a line for each stack and type that costs something, sums, the budget, and how much of it hangs
 * on prices that nobody has looked up.
 */
export function costTable({ environment, lines, monthlyUsd, rememberedUsd, budgetUsd }: Estimate): string {
  const width = Math.max(0, ...lines.map(({ type }) => type.length));
  const stacks = Map.groupBy(lines, ({ stack }) => stack);
  const rows = [...stacks].flatMap(([stack, own]) => {
    const sum = own.reduce((total, one) => total + one.monthlyUsd, 0);
    return [
      `  ${stack.padEnd(width + 7)}${dollars(sum)}`,
      ...own
        .filter((one) => one.monthlyUsd >= 0.005)
        .map((one) => `    ${String(one.count).padStart(3)} ${one.type.padEnd(width)} ${dollars(one.monthlyUsd)}`),
    ];
  });
  return [
    `${environment}, US dollars a month`,
    ...rows,
    `  ${'together'.padEnd(width + 7)}${dollars(monthlyUsd)}  (budget ${budgetUsd})`,
    `  ${'at prices from memory'.padEnd(width + 7)}${dollars(rememberedUsd)}  (${((100 * rememberedUsd) / monthlyUsd).toFixed(0)} %)`,
    '',
  ].join('\n');
}
