/** Google's APIs as seen from a network without internet (https://cloud.google.com/vpc/docs/configure-private-google-access). */
export const privateApis = {
  range: '199.36.153.8/30',
  addresses: ['199.36.153.8', '199.36.153.9', '199.36.153.10', '199.36.153.11'],
} as const;

/** Where Google's own tunnel for SSH comes from (https://cloud.google.com/iap/docs/using-tcp-forwarding). */
export const iapRange = '35.235.240.0/20';

/** Where YARN tells what runs, on the master. */
export const yarnPort = 8088;

/** Where MSK's brokers listen for SCRAM (https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html). */
export const scramPort = 9096;
