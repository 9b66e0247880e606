/** Every object of ours, in whatever namespace. */
export const partOf = { 'app.kubernetes.io/part-of': 'ecommerce-platform' } as const;

/** What a Service, a policy or a budget selects the pods of `name` by: a name that is written down, never one that a tool makes up. */
export const selectorOf = (name: string): { readonly 'app.kubernetes.io/name': string } => ({
  'app.kubernetes.io/name': name,
});

export const labelsOf = (name: string): Readonly<Record<string, string>> => ({ ...selectorOf(name), ...partOf });

/** Argo CD syncs lower waves first, and waits until what is in them is healthy. */
export const wave = (number: number): Readonly<Record<string, string>> => ({
  'argocd.argoproj.io/sync-wave': String(number),
});
