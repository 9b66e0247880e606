import { type ServiceName, serviceNames } from '../services/platform/names.ts';
import type { EnvironmentName } from '../stacks/environments.ts';
import dev from './images/dev.json' with { type: 'json' };
import prod from './images/prod.json' with { type: 'json' };

/** `sha256:…` of each service's image: what runs is named by its content, never by a tag. */
export type Images = Readonly<Record<ServiceName, string>>;

const files: Readonly<Record<EnvironmentName, Readonly<Record<string, string>>>> = { dev, prod };

/** What stands in a file of digests before the first build: valid to look at, pulled by no registry, refused by `deployRefusals`. */
export const placeholderDigest = `sha256:${'0'.repeat(64)}`;

/** The digests of an environment, from `charts/images/<environment>.json`. Throws with one sentence per wrong line. */
export function imagesOf(environment: EnvironmentName, file = files[environment]): Images {
  const path = `charts/images/${environment}.json`;
  const wrong = [
    ...serviceNames
      .filter((name) => !/^sha256:[0-9a-f]{64}$/.test(file[name] ?? ''))
      .map((name) => `${path}: ${name} needs the digest of its image, sha256: and 64 hexadecimal digits.`),
    ...Object.keys(file)
      .filter((name) => !(serviceNames as readonly string[]).includes(name))
      .map((name) => `${path}: ${name} is no service.`),
  ];
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  return Object.fromEntries(serviceNames.map((name) => [name, file[name]])) as Images;
}
