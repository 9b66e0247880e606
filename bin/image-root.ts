import { join } from 'node:path';
import { imageRoot } from './images/image-root.ts';

/** `node bin/image-root.ts <service> <folder>`: the last step of the Dockerfile, after `npm run bundle`. */
const [service, folder] = process.argv.slice(2);
if (!service || !folder) {
  console.error('Name a service and a folder: node bin/image-root.ts order-service /image');
  process.exit(1);
}
const root = new URL('..', import.meta.url).pathname;
imageRoot(join(root, '.build/images', service, 'app'), join(root, 'node_modules/node/bin/node'), folder);
