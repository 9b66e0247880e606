/** Why findings stay. A reason is used at least once, and there are at most 25, or the packs are no gate any more. */
export const reasons = {} as const satisfies Readonly<Record<string, string>>;

export type Reason = keyof typeof reasons;
