import { basename } from 'node:path';
import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { packageFacts } from './bundle-service.ts';
import { distribution, type SystemFile } from './system-files.ts';

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

/**
 * CycloneDX 1.6 (JSON) of an image: what is in its bundle, the runtime, and the files that it has from the system that it was put together on;
 * and no day or number that differs from build to build.
 */
export function billOfMaterials(
  image: string,
  packages: readonly string[],
  { files = [], system = distribution() }: { readonly files?: readonly SystemFile[]; readonly system?: string } = {},
): string {
  const bom = new Models.Bom();
  bom.metadata.component = new Models.Component(Enums.ComponentType.Container, image, { bomRef: image });
  for (const component of [...packageComponents(packages), ...fileComponents(files, system)])
    bom.components.add(component);
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

const packageComponents = (packages: readonly string[]): readonly Models.Component[] =>
  ['node', ...packages].map((name) => {
    const { version, license } = packageFacts(name);
    const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
    const type = name === 'node' ? Enums.ComponentType.Platform : Enums.ComponentType.Library;
    const component = new Models.Component(type, name, { version, purl, bomRef: purl });
    if (license) component.licenses.add(new Models.NamedLicense(license));
    return component;
  });

/** One for each package of the system, with the files of it that are in the image; one for each file that no package owns. */
function fileComponents(files: readonly SystemFile[], system: string): readonly Models.Component[] {
  const components = new Map<string, Models.Component>();
  for (const { path, sha256, package: of } of files) {
    const purl =
      of &&
      `pkg:deb/${system}/${encodeURIComponent(of.name)}@${encodeURIComponent(of.version)}?arch=${of.architecture}`;
    const key = purl ?? path;
    const component =
      components.get(key) ??
      (of
        ? new Models.Component(Enums.ComponentType.Library, of.name, {
            version: of.version,
            ...(purl ? { purl } : {}),
            bomRef: key,
          })
        : new Models.Component(Enums.ComponentType.File, basename(path), { bomRef: key }));
    component.properties.add(new Models.Property(path, `sha256:${sha256}`));
    if (!of) component.hashes.set(Enums.HashAlgorithm['SHA-256'], sha256);
    components.set(key, component);
  }
  return [...components.values()];
}

/** The npm packages that a bill of materials lists besides the runtime. */
export const packagesIn = (bill: string): readonly string[] =>
  (JSON.parse(bill) as { readonly components: readonly { readonly purl?: string }[] }).components
    .filter(({ purl = '' }) => purl.startsWith('pkg:npm/') && !purl.startsWith('pkg:npm/node@'))
    .map(({ purl = '' }) => decodeURIComponent(purl.slice('pkg:npm/'.length, purl.lastIndexOf('@'))));
