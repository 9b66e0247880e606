import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpClient, type HttpClient } from '../../services/kit/http-client.ts';
import { createMetrics } from '../../services/kit/metrics.ts';

export type Callee = {
  readonly client: HttpClient;
  /** Every request that reached it, in order. */
  readonly requests: readonly IncomingMessage[];
  close(): Promise<void>;
};

/** A service on a real socket that answers as told, and a client for it. */
export async function startCallee(
  answer: (request: IncomingMessage, response: ServerResponse, nth: number) => void,
): Promise<Callee> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = clientOf(baseUrl);
  return {
    client,
    requests,
    async close() {
      await client.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A client of product-service at this address, with a token that says for whom it is. */
export const clientOf = (baseUrl: string): HttpClient =>
  createHttpClient({
    callee: 'product-service',
    baseUrl,
    token: (callee) => `token-for-${callee}`,
    metrics: createMetrics('order-service'),
  });

/** Answers with a status and a JSON body. */
export function send(response: ServerResponse, status: number, body: unknown = {}): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
