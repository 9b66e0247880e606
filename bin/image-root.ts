import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { billOfMaterials, packagesIn } from './images/bill-of-materials.ts';
import { imageRoot } from './images/image-root.ts';
import { systemFile } from './images/system-files.ts';

/**
 * `node bin/image-root.ts <service> <folder>`: the last step of the Dockerfile, after `npm run bundle`. What it takes from the system it
 * adds to the bill of materials, which is then the image's.
 */
const [service, folder] = process.argv.slice(2);
if (!service || !folder) {
  console.error('Name a service and a folder: node bin/image-root.ts order-service image');
  process.exit(1);
}
const root = new URL('..', import.meta.url).pathname;
const built = join(root, '.build/images', service);
const taken = imageRoot(join(built, 'app'), join(root, 'node_modules/node/bin/node'), folder);
const bill = join(built, 'sbom.cdx.json');
const packages = packagesIn(readFileSync(bill, 'utf8'));
writeFileSync(bill, billOfMaterials(service, packages, { files: taken.map(systemFile) }));
console.log(`${service}: ${packages.length} packages, ${taken.length} libraries of the system`);
