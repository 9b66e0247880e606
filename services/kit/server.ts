import { createServer, type RequestListener, type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { sleep } from './backoff.ts';
import type { Health } from './health.ts';
import { newId } from './ids.ts';
import type { Log } from './log.ts';
import { type ProblemCode, problem, problemDocument, statusOf } from './problem.ts';

export type ServerParts = {
  /** What answers requests: `getRequestListener(app.fetch)` of a Hono application. */
  readonly listener: RequestListener;
  readonly port: number;
  readonly host: string;
  readonly health: Health;
  readonly log: Log;
  /** How long to keep accepting after the signal, in milliseconds. */
  readonly shutdownDelayMs: number;
  /** Stops workers and gives leases back, before the last requests are waited for. */
  readonly stopWork: () => Promise<void>;
  /** Closes producers, pools and other servers, after the last request. */
  readonly closeResources: () => Promise<void>;
};

/** The HTTP server of every service, not yet listening: its limits, and problem documents for what never became a request. */
export function createHttpServer(listener: RequestListener, health: Pick<Health, 'draining'>): Server {
  const serve: RequestListener = (request, response) => {
    if (health.draining) response.setHeader('connection', 'close');
    return listener(request, response);
  };
  const server = createServer(
    {
      // Longer than the load balancer's idle time of 60 s, so that it is never us who closes first (order-flow, section 7).
      keepAliveTimeout: 65_000,
      headersTimeout: 66_000,
      requestTimeout: 66_000,
      maxHeaderSize: 16 * 1024,
      // Node would answer without a body; the listener refuses a missing Host with a problem document.
      requireHostHeader: false,
    },
    serve,
  );
  server.on('checkExpectation', serve);
  server.on('clientError', refuseMalformed);
  return server;
}

/**
 * Listens, and shuts down on SIGTERM or SIGINT without failing a request (order-flow, section 7): readiness goes off, the
 * port stays open for `shutdownDelayMs`, workers stop, open requests get 20 s, resources close, exit 0. A second signal or
 * 25 s past the delay exits 1. Resolves with the port when it listens.
 */
export async function runServer(parts: ServerParts): Promise<{ readonly port: number; readonly server: Server }> {
  const { health, log } = parts;
  const server = createHttpServer(parts.listener, health);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(parts.port, parts.host, 4096, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : parts.port;
  health.started();
  log.info({ port }, 'listening');

  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'shutting down');
    setTimeout(() => process.exit(1), parts.shutdownDelayMs + 25_000).unref();
    shutdown(server, parts).then(
      () => process.exit(signal === 'defect' ? 1 : 0),
      (error: unknown) => {
        log.error({ err: error }, 'shutdown failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  for (const defect of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(defect, (error: unknown) => {
      log.fatal({ err: error }, defect);
      if (!stopping) stop('defect');
    });
  return { port, server };
}

async function shutdown(server: Server, parts: ServerParts): Promise<void> {
  parts.health.drain();
  await sleep(parts.shutdownDelayMs);
  await parts.stopWork();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Again and again, because a connection whose last answer came after close() would idle on until its keep-alive ends.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  await Promise.race([closed, sleep(20_000).then(() => server.closeAllConnections())]);
  clearInterval(sweep);
  await parts.closeResources();
}

const notHttp = { code: 'bad_request', detail: 'This is not a valid HTTP/1.1 request.' } as const;
const malformed: Readonly<Record<string, { readonly code: ProblemCode; readonly detail: string }>> = {
  HPE_HEADER_OVERFLOW: { code: 'head_too_large', detail: 'Send less than 16 KiB of headers.' },
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'request_timeout', detail: 'Send the whole request without pauses.' },
};

/** What never became a request (a broken or oversized head) is answered with a problem document too. */
function refuseMalformed(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { code, detail } = malformed[error.code ?? ''] ?? notHttp;
  const requestId = newId('request');
  const body = JSON.stringify(problemDocument(problem(code, detail), requestId));
  const status = statusOf(code);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/problem+json\r\nx-request-id: ${requestId}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
