import { type ApiObject, JsonPatch } from 'cdk8s';

/**
 * Changes what is written of an object. Unlike `addJsonPatch` after everything else: the classes of cdk8s-plus drop each field that
 * the Kubernetes of their number does not know, patched ones too.
 */
export function amend(object: ApiObject, ...patches: readonly JsonPatch[]): void {
  const written = object.toJson.bind(object);
  object.toJson = () => JsonPatch.apply(written(), ...patches);
}
