import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

/** `npm run synth`: see bin/aws/synthesize.ts. Compiling what it imports costs a third of it, so that is kept from run to run. */
enableCompileCache(join(import.meta.dirname, '..', '.cache', 'compile'));
await import('./aws/synthesize.ts');
