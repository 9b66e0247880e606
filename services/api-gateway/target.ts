const canonical = /^(?:\/|(?:\/(?!\.\.?(?:[/?]|$))[\w\-.~!$&'()*+,;=:@]+)+\/?)(?:\?[!"$-~]*)?$/;

/**
 * Whether a request target has one reading only: an origin-form path without percent-encoding, empty, `.` or `..` segments,
 * and a query of visible ASCII. No public path needs more, and what two parsers may read differently gets past a router.
 */
export const isCanonical = (target: string): boolean => canonical.test(target);

/** The path of a request target, without its query. */
export function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}
