import type { Acknowledgement } from './acknowledgement.ts';
import type { Reason } from './reasons.ts';

/** Every finding of the gating checks that stays, by its id and place. */
export const acknowledgements: readonly Acknowledgement<Reason>[] = [];
