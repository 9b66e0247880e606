/**
 * What one stage is told by another after that one's deploy, across the two clouds. Neither cloud waits for the other: the way
 * from one to the next never comes back (a test reads it together with the assembly).
 */
export type Handover = {
  readonly from: string;
  readonly to: string;
  /** Names of the outputs of `from`. */
  readonly outputs: readonly string[];
};

/** Stacks of Google's side by their own names, those of Amazon's without the environment. */
export const handovers: readonly Handover[] = [
  { from: 'gcp-network', to: 'Interconnect', outputs: ['environment', 'vpn_gateway_addresses'] },
  {
    from: 'Interconnect',
    to: 'gcp-analytics',
    outputs: [0, 1, 2, 3].flatMap((tunnel) => [`Tunnel${tunnel}OutsideAddress`, `Tunnel${tunnel}InsideCidr`]),
  },
  { from: 'Streaming', to: 'gcp-analytics', outputs: ['KafkaScramBootstrap'] },
  { from: 'gcp-network', to: 'gcp-analytics', outputs: ['environment'] },
];
