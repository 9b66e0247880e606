/** Why findings stay. Each is used at least once, and there are at most 25, or the packs are no gate any more. */
export const reasons = {
  eksManaged: 'EKS Auto Mode works in the account by exactly these policies, and AWS changes them together with it.',
  monitoringManaged: 'RDS asks for exactly this policy before it writes enhanced monitoring.',
  deployHelper: 'The function of the CDK runs for seconds at a deploy; its failure fails the deploy and is read there.',
  writtenByTheCdk: 'The CDK writes this itself and takes nothing else; it goes with a later version.',
  rotatedByHand: 'A second party has to change with it: docs/security/rotation.md tells how, without an outage.',
  describeOnly: 'These actions read what is there, change nothing, and AWS lets nobody narrow them to a resource.',
  interfacesOfLambda:
    'Lambda makes and removes its own network interfaces, whose names nobody knows before; account and region are fixed.',
  objectsOfOneBucket: 'The star stands for the objects of one bucket, whose names nobody knows before.',
  publicByPurpose: 'This is the door of the platform: ports 80, which only redirects, and 443 behind the firewall.',
  logOfLogs: 'The bucket holds access logs; a log of who reads them would fill itself.',
  devIsDisposable: 'The environment is made to be thrown away, with everything in it; prod protects its data.',
  portIsNoSecret:
    'Only the group of the pods reaches the database, by rule; another number than 5432 would hide it from nobody.',
  sessionsAreShort: 'Sessions end by themselves; after a loss everybody signs in again, and nothing else is gone.',
  eventSourceFailures:
    'Only the event source calls the function, synchronously; what fails for good goes to the bucket of that source.',
  mailOfAlarms: 'What mail does not deliver stands in the console as an alarm; a queue of mails nobody would read.',
} as const satisfies Readonly<Record<string, string>>;

export type Reason = keyof typeof reasons;
