import type { Money } from '../kit/money.ts';
import { Unavailable } from '../kit/unavailable.ts';

/** What we ask of the payment provider. `key` is its idempotency key: asked twice, it is done once. */
export type ProviderRequest = { readonly key: string; readonly amount: Money } & (
  | { readonly kind: 'authorize'; readonly orderId: string; readonly token: string }
  | { readonly kind: 'capture' | 'void' | 'refund'; readonly reference: string }
);

/** What the provider says about the operation with that very key. `reference` is its id of the authorisation. */
export type Operation = {
  readonly key: string;
  readonly state: 'pending' | 'succeeded' | 'refused';
  readonly reference?: string | undefined;
  readonly reason?: string | undefined;
};

/** Both throw `Unavailable` for everything that is no definite answer about the key. */
export interface Provider {
  perform(request: ProviderRequest): Promise<Operation>;
  /** `undefined`: the provider knows no such key, which does not mean that an earlier request may not still arrive. */
  find(key: string): Promise<Operation | undefined>;
}

/**
 * Brings one operation to a definite answer. Whatever may have been asked before is looked up first; "not found" is no
 * answer, so the same request goes out (again) with the same key; and when its answer is lost, it is looked up once more.
 */
export async function settle(provider: Provider, request: ProviderRequest, isFirst: boolean): Promise<Operation> {
  const known = isFirst ? undefined : await provider.find(request.key);
  if (known) return known;
  try {
    return await provider.perform(request);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    const found = await provider.find(request.key);
    if (found) return found;
    throw error;
  }
}
