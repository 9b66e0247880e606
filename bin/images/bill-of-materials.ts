import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { packageFacts } from './bundle-service.ts';

/** Licences that a product may carry in its images without giving its own source away. */
export const acceptedLicenses: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'Unlicense',
]);

/** One sentence for each package whose licence is not among the accepted. */
export const refusedLicenses = (packages: readonly string[]): readonly string[] =>
  packages.flatMap((name) => {
    const { license } = packageFacts(name);
    return acceptedLicenses.has(license) ? [] : [`${name} is under "${license}", which nobody accepted yet.`];
  });

/** CycloneDX 1.6 (JSON) of an image: what is in its bundle and the runtime, and no day or number that differs from build to build. */
export function billOfMaterials(image: string, packages: readonly string[]): string {
  const bom = new Models.Bom();
  bom.metadata.component = new Models.Component(Enums.ComponentType.Container, image, { bomRef: image });
  for (const name of ['node', ...packages]) {
    const { version, license } = packageFacts(name);
    const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
    const component = new Models.Component(
      name === 'node' ? Enums.ComponentType.Platform : Enums.ComponentType.Library,
      name,
      { version, purl, bomRef: purl },
    );
    if (license) component.licenses.add(new Models.NamedLicense(license));
    bom.components.add(component);
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}
