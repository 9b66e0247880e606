import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands in for YARN's web address: answers GETs by path and query, others with 404. Close it with `server.close()`. */
export async function yarnWeb(
  answers: (path: string, query: URLSearchParams) => unknown,
): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://yarn');
    const answer = answers(pathname.replace(/^\/proxy\/[^/]+/, ''), searchParams);
    response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
