import type { CfnVPNConnection } from 'aws-cdk-lib/aws-ec2';

/** What both clouds can do and is not broken; by default AWS would also take SHA-1 and a group of 1,024 bits. */
export const tunnelOptions = {
  ikeVersions: [{ value: 'ikev2' }],
  startupAction: 'start',
  dpdTimeoutAction: 'restart',
  phase1EncryptionAlgorithms: [{ value: 'AES256-GCM-16' }, { value: 'AES256' }],
  phase2EncryptionAlgorithms: [{ value: 'AES256-GCM-16' }, { value: 'AES256' }],
  phase1IntegrityAlgorithms: [{ value: 'SHA2-256' }, { value: 'SHA2-512' }],
  phase2IntegrityAlgorithms: [{ value: 'SHA2-256' }, { value: 'SHA2-512' }],
  phase1DhGroupNumbers: [{ value: 14 }, { value: 16 }, { value: 20 }],
  phase2DhGroupNumbers: [{ value: 14 }, { value: 16 }, { value: 20 }],
} satisfies CfnVPNConnection.VpnTunnelOptionsSpecificationProperty;
