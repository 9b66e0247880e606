/** Where every service serves its metrics; its other port is a fact of the service. */
export const metricsPort = 9464;

/** Where Aurora listens, as no stack says otherwise. */
export const databasePort = 5432;

/** Where brokers take pods, which sign in with their role (https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html). */
export const kafkaPort = 9098;
