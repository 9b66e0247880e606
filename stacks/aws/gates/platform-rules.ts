import { accessRules } from './access-rules.ts';
import { clusterRules } from './cluster-rules.ts';
import { dataRules } from './data-rules.ts';
import { networkRules } from './network-rules.ts';
import type { Rule } from './rule.ts';
import { streamingRules } from './streaming-rules.ts';

/** Every rule of our own; ids are unique. */
export const platformRules: readonly Rule[] = [
  ...clusterRules,
  ...networkRules,
  ...dataRules,
  ...streamingRules,
  ...accessRules,
];
