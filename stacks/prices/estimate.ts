import type { Resource, Template } from '../aws/gates/template.ts';
import type { Environment } from '../environments.ts';
import { free } from './free.ts';
import { type Meter, meters } from './meters.ts';
import { type PriceList, remembered } from './price-list.ts';
import type { Usage } from './usage.ts';

export type CostLine = {
  readonly stack: string;
  readonly type: string;
  readonly count: number;
  readonly monthlyUsd: number;
  /** How much of it is multiplied with prices that nobody has looked up. */
  readonly rememberedUsd: number;
};

export type Estimate = {
  readonly environment: string;
  readonly lines: readonly CostLine[];
  readonly monthlyUsd: number;
  readonly rememberedUsd: number;
  readonly budgetUsd: number;
  /** One sentence for each type or price that is not known, and for a budget that is passed; empty when all is well. */
  readonly problems: readonly string[];
};

type Placed = { readonly stack: string; readonly resource: Resource };

/** What the resources of an environment's templates (stack name → template) cost in a month. */
export function estimate(options: {
  readonly row: Environment;
  readonly usage: Usage;
  readonly templates: Readonly<Record<string, Template>>;
  readonly prices: PriceList;
}): Estimate {
  const { row, prices } = options;
  const problems = new Set<string>();
  if (row.region !== prices.region)
    problems.add(`${row.name} is in ${row.region}, and the prices are those of ${prices.region}.`);
  const placed = Object.entries(options.templates).flatMap(([stack, template]) =>
    Object.values(template.Resources ?? {}).map((resource) => ({ stack, resource })),
  );
  const counts = Map.groupBy(placed, ({ resource }) => resource.Type);

  function costOf({ stack, resource }: Placed): CostLine | undefined {
    const { Type: type, Properties: properties = {} } = resource;
    const meter = own(meters, type);
    if (!meter) {
      if (own(free, type) === undefined)
        problems.add(`${type} (in ${stack}) has no price and is not known to be free.`);
      return undefined;
    }
    const quantities = (meter satisfies Meter)(properties, { ...options, count: counts.get(type)?.length ?? 1 });
    const costs = quantities.flatMap(({ price, amount }) => {
      if (amount === 0) return [];
      const known = own(prices.prices, price);
      if (!known) problems.add(`${type} (in ${stack}) needs the price "${price}", which the list does not have.`);
      return known ? [{ usd: known.usd * amount, remembered: remembered(known) }] : [];
    });
    return {
      stack,
      type,
      count: 1,
      monthlyUsd: sum(costs, ({ usd }) => usd),
      rememberedUsd: sum(costs, (cost) => (cost.remembered ? cost.usd : 0)),
    };
  }

  const lines = collected(placed.flatMap((one) => costOf(one) ?? []));
  const monthlyUsd = sum(lines, (line) => line.monthlyUsd);
  const rememberedUsd = sum(lines, (line) => line.rememberedUsd);
  if (monthlyUsd > row.monthlyBudgetUsd)
    problems.add(
      `${row.name} would cost ${monthlyUsd.toFixed(0)} USD a month, which is above its budget of ${row.monthlyBudgetUsd}: make it smaller, or raise monthlyBudgetUsd in stacks/environments.ts.`,
    );
  return {
    environment: row.name,
    lines,
    monthlyUsd,
    rememberedUsd,
    budgetUsd: row.monthlyBudgetUsd,
    problems: [...problems],
  };
}

const sum = <T>(all: readonly T[], of: (one: T) => number): number => all.reduce((total, one) => total + of(one), 0);

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/** One line for each stack and type, the dearest first within a stack; stacks in the order of their names. */
function collected(lines: readonly CostLine[]): readonly CostLine[] {
  const groups = Map.groupBy(lines, ({ stack, type }) => `${stack} ${type}`);
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      const monthlyUsd = sum(group, (one) => one.monthlyUsd);
      const rememberedUsd = sum(group, (one) => one.rememberedUsd);
      return first ? [{ ...first, count: group.length, monthlyUsd, rememberedUsd }] : [];
    })
    .toSorted((a, b) => (a.stack === b.stack ? b.monthlyUsd - a.monthlyUsd : a.stack < b.stack ? -1 : 1));
}
