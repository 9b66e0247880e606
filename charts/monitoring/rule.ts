/** A series that is computed ahead, because several places read it. */
export type RecordingRule = {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
};

/** `page`: somebody is woken. `ticket`: somebody looks on the next working day. */
export type Severity = 'page' | 'ticket';

export type AlertRule = {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>> & { readonly severity: Severity; readonly owner: string };
  readonly annotations: {
    readonly summary: string;
    readonly impact: string;
    readonly runbook_url: string;
  };
};

export type RuleGroup = {
  readonly name: string;
  readonly interval: string;
  readonly rules: readonly (RecordingRule | AlertRule)[];
};

export type AlertFacts = {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly severity: Severity;
  /** Who acts on it. */
  readonly owner: string;
  /** One line that is sent; may name labels as `{{ $labels.x }}`. */
  readonly summary: string;
  /** What users or operators lose while it rings, as one sentence. */
  readonly impact: string;
  /** Name of a file in docs/runbooks, without its ending. */
  readonly runbook: string;
};

/** Where runbooks are read. */
export type RunbookPlace = { readonly repository: { readonly url: string; readonly revision: string } };

const isSentence = (text: string): boolean => /^[A-Z0-9].{19,}\.$/s.test(text);

/** An alert that tells whoever it wakes what is lost and where to read on. Throws when its impact is no sentence. */
export function alertRule({ repository }: RunbookPlace, facts: AlertFacts): AlertRule {
  if (!isSentence(facts.impact)) throw new Error(`Alert ${facts.alert}: its impact must be a sentence.`);
  if (!/^[a-z][a-z0-9-]+$/.test(facts.runbook)) throw new Error(`Alert ${facts.alert} names no runbook.`);
  const pages = `${repository.url.replace(/\.git$/, '')}/blob/${repository.revision}/docs/runbooks`;
  return {
    alert: facts.alert,
    expr: facts.expr,
    ...(facts.for === undefined ? {} : { for: facts.for }),
    labels: { severity: facts.severity, owner: facts.owner },
    annotations: {
      summary: facts.summary,
      impact: facts.impact,
      runbook_url: `${pages}/${facts.runbook}.md`,
    },
  };
}
