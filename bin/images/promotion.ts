import { serviceNames } from '../../services/platform/names.ts';

/** `{ "order-service": "sha256:…" }`, as text: a file of charts/images. */
type Text = string;

/** The digest that stands in before the first build; see charts/images.ts. */
const unbuilt = /^sha256:0{64}$/;

/**
 * The text of an environment's images with one service's digest changed, and nothing else: one line. Throws a sentence for a service or
 * digest that cannot be, and for an image that was never built.
 */
export function withDigest(text: Text, service: string, digest: string): Text {
  if (!(serviceNames as readonly string[]).includes(service))
    throw new Error(`There is no service ${service}; there are ${serviceNames.join(', ')}.`);
  if (!/^sha256:[0-9a-f]{64}$/.test(digest))
    throw new Error(`${digest} is no digest: sha256: and 64 hexadecimal digits.`);
  if (unbuilt.test(digest)) throw new Error(`${service} was not built yet: its digest only stands in for one.`);
  const line = new RegExp(`^(\\s*"${service}": )"[^"]*"`, 'm');
  if (!line.test(text)) throw new Error(`${service} has no line in the file of images.`);
  return text.replace(line, `$1"${digest}"`);
}

/** The digest of a service in the text of an environment's images. Throws when there is none. */
export function digestIn(text: Text, service: string): string {
  const digest = (JSON.parse(text) as Record<string, string>)[service];
  if (digest === undefined) throw new Error(`There is no image of ${service}; there are ${serviceNames.join(', ')}.`);
  return digest;
}
