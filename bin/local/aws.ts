/** What the local AWS engines accept from anybody; they check that a signature is there, not what it says. */
export const localAws = {
  region: 'ap-south-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
} as const;
