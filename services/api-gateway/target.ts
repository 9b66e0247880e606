const segment = /^[A-Za-z0-9\-._~!$&'()*+,;=:@]+$/;
const visible = /^[!"$-~]*$/;

/** The path of a request target, without its query. */
export function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}

/**
 * Whether a request target has one reading only: an origin-form path without percent-encoding, empty, `.` or `..` segments,
 * and a query of visible ASCII. No public path needs more, and what two parsers may read differently gets past a router.
 */
export function isCanonical(target: string): boolean {
  const path = pathOf(target);
  if (!path.startsWith('/') || !visible.test(target.slice(path.length))) return false;
  if (path === '/') return true;
  const segments = path.slice(1).split('/');
  if (segments.at(-1) === '') segments.pop();
  return segments.every((one) => segment.test(one) && one !== '.' && one !== '..');
}
