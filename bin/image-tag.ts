import { join } from 'node:path';
import { digestOf } from './images/digest.ts';
import { imageTag } from './images/image-tag.ts';

/** `node bin/image-tag.ts <service>`, after `npm run bundle`: prints the tag under which a registry keeps the image. */
const [service] = process.argv.slice(2);
if (!service) {
  console.error('Name a service: node bin/image-tag.ts order-service');
  process.exit(1);
}
console.log(imageTag(digestOf(join(new URL('../.build/images/', import.meta.url).pathname, service, 'app'))));
