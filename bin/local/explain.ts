import { LocalFailure } from './engines/engine.ts';

/** One sentence for the user about why the platform did not start. */
export function explain(error: unknown, dataDir: string): string {
  if (error instanceof LocalFailure) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOSPC':
      return `The disk that holds ${dataDir} is full: free some space and start again.`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `This user may not write to ${dataDir} (${message}): correct its owner, or point DATA_DIR elsewhere.`;
    default:
      return `The platform could not start: ${message ?? error}; the logs are in ${dataDir}/logs.`;
  }
}
