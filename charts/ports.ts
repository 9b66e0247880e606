/** Where every service serves its metrics; its other port is a fact of the service. */
export const metricsPort = 9464;
