import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url));
/** Node 24, which the install brings along whatever Node the user has. */
export const node24 = join(root, 'node_modules', '.bin', 'node');
/** The environment for our programs: their `node` is Node 24. */
export const withNode24 = (env) => ({ ...env, PATH: `${join(root, 'node_modules', '.bin')}:${env.PATH ?? ''}` });
/** Where the stores keep their data and the launcher its logs. */
export const dataDir = (env) => env.DATA_DIR || join(root, '.data');
