/** Offered load over time, as a multiple of the usual, and for how long it is looked at. */
export type Load = { readonly says: string; readonly minutes: number; readonly at: (second: number) => number };

const minute = 60;
const between = (second: number, from: number, to: number, low: number, high: number): number =>
  second <= from ? low : second >= to ? high : low + ((high - low) * (second - from)) / (to - from);

export const loads = {
  'flash-sale': {
    says: 'traffic grows tenfold in a minute, stays for ten, and is gone',
    minutes: 30,
    at: (second) =>
      second < 13 * minute
        ? between(second, 2 * minute, 3 * minute, 1, 10)
        : between(second, 13 * minute, 14 * minute, 10, 1),
  },
  spike: {
    says: 'traffic is twentyfold for thirty seconds',
    minutes: 20,
    at: (second) => (second >= 2 * minute && second < 2.5 * minute ? 20 : 1),
  },
  ramp: {
    says: 'traffic grows fivefold over half an hour',
    minutes: 60,
    at: (second) => between(second, 5 * minute, 35 * minute, 1, 5),
  },
  daily: {
    says: 'traffic of a day: four times as much in the evening as at night',
    minutes: 24 * 60,
    at: (second) => 1.6 - 0.96 * Math.cos((2 * Math.PI * (second - 3 * 3600)) / 86_400),
  },
} as const satisfies Readonly<Record<string, Load>>;

export type LoadName = keyof typeof loads;
