/**
 * What pods of others' charts are held to through their values: the restricted profile (https://kubernetes.io/docs/concepts/security/pod-security-standards/),
 * said here whatever a chart's next version thinks best. What cannot keep to it is in tests/charts/release-pods.ts, with its reason.
 */
export const restrictedPod = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } as const;

export const restrictedContainer = {
  ...restrictedPod,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
} as const;
