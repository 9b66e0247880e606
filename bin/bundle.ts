import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ServiceName, serviceNames } from '../services/platform/names.ts';
import { billOfMaterials, refusedLicenses } from './images/bill-of-materials.ts';
import { bundleService } from './images/bundle-service.ts';
import { digestOf } from './images/digest.ts';

/** `npm run bundle [-- order-service …]`: what each image holds, in `.build/images/<service>`, with its bill of materials beside it. */
const build = new URL('../.build/images/', import.meta.url).pathname;
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(serviceNames as readonly string[]).includes(name));
if (unknown.length > 0) {
  console.error(`There is no service ${unknown.join(', ')}; there are ${serviceNames.join(', ')}.`);
  process.exit(1);
}
for (const name of asked.length > 0 ? (asked as ServiceName[]) : serviceNames) {
  const folder = join(build, name);
  const packages = bundleService(name, join(folder, 'app'));
  const refused = refusedLicenses(packages);
  for (const sentence of refused) console.error(sentence);
  if (refused.length > 0) process.exitCode = 1;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'sbom.cdx.json'), billOfMaterials(name, packages));
  console.log(`${name}: ${packages.length} packages, ${digestOf(join(folder, 'app'))}`);
}
