/** Why findings stay. A reason is used at least once, and there are at most 25, or the packs are no gate any more. */
export const reasons = {
  eksManaged: 'EKS Auto Mode works in the account by exactly these policies, and AWS changes them together with it.',
  deployHelper: 'The function of the CDK runs for seconds at a deploy; a failure fails the deploy and is read there.',
  rotatedByRunbook:
    'MSK takes a changed SCRAM password only with the job that uses it; docs/runbooks tells how both change.',
} as const satisfies Readonly<Record<string, string>>;

export type Reason = keyof typeof reasons;
