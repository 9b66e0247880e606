/** What a merchant may ask for. Everything is idempotent by the merchant's key. */
export type Ask = {
  readonly key: string;
  readonly kind: 'authorize' | 'capture' | 'void' | 'refund';
  readonly amount_minor: number;
  readonly currency: string;
  /** authorize: the payment method and the merchant's order. */
  readonly token?: string;
  readonly order_id?: string;
  /** Everything else: the authorisation it is about. */
  readonly reference?: string;
};

/** One operation in the ledger. Its outcome is fixed when it is accepted, and shown from `decides_at` (epoch ms) on. */
export type Operation = Ask & {
  readonly reference: string;
  readonly token: string;
  readonly order_id: string;
  readonly outcome: 'succeeded' | 'refused';
  readonly reason?: string;
  readonly accepted_at: number;
  readonly decides_at: number;
};

export type Delays = {
  /** When pm_slow answers. */
  readonly slowMs: number;
  /** When pm_timeout is decided; it is never answered. */
  readonly timeoutMs: number;
};

const knownTokens = ['pm_ok', 'pm_declined', 'pm_timeout', 'pm_slow', 'pm_twice', 'pm_unknown', 'pm_capture_refused'];

/** Decides a new operation from what the ledger holds; `undefined` when it names an authorisation that does not exist. */
export function decide(ask: Ask, ledger: readonly Operation[], now: number, delays: Delays): Operation | undefined {
  if (ask.kind === 'authorize') {
    const token = ask.token ?? '';
    const delay = token === 'pm_slow' ? delays.slowMs : token === 'pm_timeout' ? delays.timeoutMs : 0;
    const reason =
      token === 'pm_declined' ? 'card_declined' : knownTokens.includes(token) ? undefined : 'unknown_token';
    const reference = `auth_${ask.key}`;
    return {
      ...ask,
      token,
      reference,
      order_id: ask.order_id ?? '',
      ...outcome(reason),
      accepted_at: now,
      decides_at: now + delay,
    };
  }
  const about = ledger.filter((one) => one.reference === ask.reference && one.decides_at <= now);
  const authorization = about.find((one) => one.kind === 'authorize');
  if (!authorization) return undefined;
  const { token, order_id, reference } = authorization;
  const reason = reasonAgainst(ask, authorization, about);
  return { ...ask, token, order_id, reference, ...outcome(reason), accepted_at: now, decides_at: now };
}

const outcome = (reason: string | undefined) =>
  reason === undefined ? { outcome: 'succeeded' as const } : { outcome: 'refused' as const, reason };

function reasonAgainst(ask: Ask, authorization: Operation, about: readonly Operation[]): string | undefined {
  const done = (kind: Ask['kind']) => about.filter((one) => one.kind === kind && one.outcome === 'succeeded');
  if (authorization.outcome === 'refused') return 'not_authorized';
  if (ask.currency !== authorization.currency) return 'other_currency';
  const captured = done('capture')[0];
  switch (ask.kind) {
    case 'capture':
      if (captured) return 'already_captured';
      if (done('void').length > 0) return 'already_voided';
      if (ask.amount_minor > authorization.amount_minor) return 'above_authorized';
      return authorization.token === 'pm_capture_refused' ? 'capture_refused' : undefined;
    case 'void':
      if (captured) return 'already_captured';
      return done('void').length > 0 ? 'already_voided' : undefined;
    case 'refund': {
      if (!captured) return 'not_captured';
      const refunded = done('refund').reduce((total, one) => total + one.amount_minor, 0);
      return refunded + ask.amount_minor > captured.amount_minor ? 'above_captured' : undefined;
    }
    case 'authorize':
      return undefined;
    default:
      return ask.kind satisfies never;
  }
}

/** Whether a repeated key asks for the same thing. */
export const isSameAsk = (ask: Ask, operation: Operation): boolean =>
  ask.kind === operation.kind &&
  ask.amount_minor === operation.amount_minor &&
  ask.currency === operation.currency &&
  (ask.kind === 'authorize'
    ? ask.token === operation.token && ask.order_id === operation.order_id
    : ask.reference === operation.reference);

/** The operation as the merchant sees it. */
export const shown = (operation: Operation, now: number) => {
  const { key, kind, reference, amount_minor, currency, order_id, reason, decides_at } = operation;
  const state = decides_at > now ? 'pending' : operation.outcome;
  return { key, kind, state, reference, amount_minor, currency, order_id, ...(reason ? { reason } : {}) };
};
