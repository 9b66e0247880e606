import { z } from 'zod';
import { processEnvironment } from '../kit/environment.ts';

export const environmentSchema = z.object({
  CONTACTS_TABLE: z.string().min(1),
  NOTIFICATIONS_TABLE: z.string().min(1),
  /** Sender of every mail: an address of a verified identity. */
  MAIL_FROM: z.email(),
  LOG_LEVEL: processEnvironment.LOG_LEVEL,
  FAILPOINT: processEnvironment.FAILPOINT,
});
