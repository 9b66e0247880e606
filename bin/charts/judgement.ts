import type { Judge } from './judges.ts';

/** How a judge's program ended, and what it printed. */
export type Ended = {
  /** `null` when a signal ended it, or it was never started. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type Judgement = {
  /** What nobody accepted, and exceptions that nothing needs. */
  readonly open: readonly string[];
  readonly excepted: number;
};

/**
 * What a judge says of what it was given. A judge that ends in a way that does not fit what it printed has judged nothing: it may end with 0, or
 * with 1 when it found something. Throws a sentence then.
 */
export function judgementOf(judge: Judge, ended: Ended): Judgement {
  const findings = findingsOf(judge, ended);
  const accepted = (line: string) => judge.exceptions.some(({ rule }) => line.includes(rule));
  const open = findings.filter((line) => !accepted(line));
  const unneeded = judge.exceptions.filter(({ rule }) => !findings.some((line) => line.includes(rule)));
  return {
    open: [...open, ...unneeded.map(({ rule }) => `${judge.name}: nothing needs the exception ${rule} any more.`)],
    excepted: findings.length - open.length,
  };
}

/** Everything that a judge found, accepted or not. Throws a sentence when it ended in a way that does not fit. */
export function findingsOf(judge: Judge, { status, stdout, stderr }: Ended): readonly string[] {
  const lastWords = (stderr.trim() || stdout.trim()).split('\n').slice(-3).join(' ');
  const unexpected = new Error(`${judge.name} ended with ${status} and judged nothing: ${lastWords}`);
  if (status !== 0 && status !== 1) throw unexpected;
  try {
    const findings = judge.findings(stdout.trim() === '' ? stderr : stdout);
    if (status === 1 && findings.length === 0) throw unexpected;
    return findings;
  } catch (error) {
    throw error === unexpected ? error : new Error(`${judge.name} printed what nobody can read: ${lastWords}`);
  }
}
