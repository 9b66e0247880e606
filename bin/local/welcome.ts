import type { PlatformDescription } from './platform.ts';

/** What to read once everything runs: where it is, who may sign in, and a first request to paste. */
export function welcome({ addresses, credentials }: PlatformDescription, logs: string, ms: number): string {
  const { admin, demo } = credentials;
  return `
Ready in ${(ms / 1000).toFixed(1)} s.

  Gateway   ${addresses.gateway}/api/v1
  Mailbox   ${addresses.mailbox}
  Logs      ${logs}
  Sign in   ${demo.email}  ${demo.password}
            ${admin.email}  ${admin.password}

A first request:

  curl -s '${addresses.gateway}/api/v1/products?limit=3'

A whole order, in a second terminal: npm run demo
What was sold, minute by minute:     npm run analytics -- report
Ctrl+C stops everything; the data stays, and "npm start -- --fresh" begins anew.
`;
}
