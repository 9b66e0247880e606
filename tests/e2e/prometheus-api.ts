export type Sample = { readonly metric: Readonly<Record<string, string>>; readonly value: readonly [number, string] };
export type Target = {
  readonly labels: Readonly<Record<string, string>>;
  readonly health: string;
  readonly lastError: string;
};

/** What a test asks a Prometheus. Throws with Prometheus' own words when it refuses a query. */
export function prometheusApi(endpoint: string) {
  async function ask<T>(path: string): Promise<T> {
    const response = await fetch(`${endpoint}/api/v1/${path}`);
    const answer = (await response.json()) as { status: string; error?: string; data: T };
    if (answer.status !== 'success') throw new Error(`${path}: ${answer.error}`);
    return answer.data;
  }
  return {
    query: async (text: string): Promise<readonly Sample[]> =>
      (await ask<{ result: readonly Sample[] }>(`query?query=${encodeURIComponent(text)}`)).result,
    targets: async (): Promise<readonly Target[]> =>
      (await ask<{ activeTargets: readonly Target[] }>('targets?state=active')).activeTargets,
  };
}
