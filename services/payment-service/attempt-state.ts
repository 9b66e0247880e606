/** Where a payment attempt is; the names are what clients and order-service see. */
export const paymentStates = [
  'initiated',
  'authorizing',
  'authorized',
  'capturing',
  'captured',
  'capture_refused',
  'declined',
  'abandoned',
  'voiding',
  'voided',
  'refunding',
  'refunded',
] as const;
export type PaymentState = (typeof paymentStates)[number];

/** What can happen to an attempt: answers of the order, of the provider, and refunds of the whole rest. */
export const paymentEvents = [
  'lease_granted',
  'abandoned',
  'authorized',
  'declined',
  'captured',
  'capture_refused',
  'voided',
  'verdict_capture',
  'verdict_void',
  'verdict_none',
  'refund_accepted',
  'refund_finished',
] as const;
export type PaymentEvent = (typeof paymentEvents)[number];

/** `same`: known already, or without meaning in this state. `illegal`: it cannot have happened; do nothing and raise an alarm. */
export type Transition =
  | { readonly kind: 'moved'; readonly to: PaymentState }
  | { readonly kind: 'same' }
  | { readonly kind: 'illegal' };

type Moves = Readonly<Partial<Record<PaymentEvent, PaymentState>>>;

const anyVerdict = ['verdict_capture', 'verdict_void', 'verdict_none'] as const;

function on(event: PaymentEvent, moves: Moves, ignored: readonly PaymentEvent[] = []): Transition {
  const to = moves[event];
  if (to) return { kind: 'moved', to };
  return { kind: ignored.includes(event) ? 'same' : 'illegal' };
}

/** The whole life of an attempt. Every pair of state and event has an answer. */
export function transition(state: PaymentState, event: PaymentEvent): Transition {
  switch (state) {
    case 'initiated':
      return on(event, { lease_granted: 'authorizing', abandoned: 'abandoned' });
    case 'authorizing':
      return on(event, { authorized: 'authorized', declined: 'declined' }, ['lease_granted', 'abandoned']);
    case 'authorized':
      // Never "none" for an authorised attempt: such an answer is no verdict.
      return on(event, { verdict_capture: 'capturing', verdict_void: 'voiding' }, ['authorized', 'abandoned']);
    case 'capturing':
      return on(event, { captured: 'captured', capture_refused: 'capture_refused', verdict_void: 'voiding' }, [
        'verdict_capture',
        'abandoned',
      ]);
    case 'captured':
      return on(event, { verdict_void: 'refunding', refund_accepted: 'refunding' }, [
        'captured',
        'verdict_capture',
        'verdict_none',
        'abandoned',
      ]);
    case 'capture_refused':
      return on(event, { verdict_void: 'voiding', verdict_none: 'voiding' }, ['capture_refused', 'abandoned']);
    case 'voiding':
      return on(event, { voided: 'voided', captured: 'refunding' }, [...anyVerdict, 'abandoned']);
    case 'refunding':
      return on(event, { refund_finished: 'refunded' }, [...anyVerdict, 'captured', 'refund_accepted', 'abandoned']);
    case 'declined':
      return on(event, {}, [...anyVerdict, 'declined', 'abandoned']);
    case 'voided':
      return on(event, {}, [...anyVerdict, 'voided', 'abandoned']);
    case 'refunded':
      return on(event, {}, [...anyVerdict, 'refund_accepted', 'refund_finished', 'abandoned']);
    case 'abandoned':
      return on(event, {}, ['abandoned']);
    default:
      return state satisfies never;
  }
}

/** What the order is told by callback when an attempt enters a state. */
export type CallbackType = 'authorized' | 'declined' | 'captured' | 'capture_refused' | 'voided' | 'refunded';

type Entrance = {
  readonly tells?: Exclude<CallbackType, 'refunded'>;
  /** The attempt is definite and over: another one may begin for its order. */
  readonly frees?: true;
  /** A call to the provider or to the order is due. */
  readonly works?: 'lease' | 'authorize' | 'capture' | 'void';
};

/** What entering a state brings with it. */
export function entrance(state: PaymentState): Entrance {
  switch (state) {
    case 'initiated':
      return { works: 'lease' };
    case 'authorizing':
      return { works: 'authorize' };
    case 'capturing':
      return { works: 'capture' };
    case 'voiding':
      return { works: 'void' };
    case 'authorized':
    case 'captured':
    case 'capture_refused':
      return { tells: state };
    case 'declined':
    case 'voided':
      return { tells: state, frees: true };
    case 'abandoned':
    case 'refunded':
      return { frees: true };
    case 'refunding':
      return {};
    default:
      return state satisfies never;
  }
}
