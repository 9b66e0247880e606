import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Ledger } from './ledger.ts';
import { type Ask, type Delays, decide, isSameAsk, type Operation, shown } from './operations.ts';
import { askOf } from './requests.ts';

/**
 * A simulated payment provider (a double: it moves no money). `POST /authorizations`, `/authorizations/:id/{capture,void,refunds}`, each
 * once per Idempotency-Key; `GET /operations/:key`; `GET /ledger?order_id=` for checkers; `GET /livez`, `/readyz`.
 *
 * It has no webhooks, so `pm_twice` tells its result twice on the wire: the whole HTTP response is sent again a moment later on
 * the same connection, where a careless client takes it for the answer to its next request.
 */
export function createProvider(options: {
  readonly ledger: Ledger;
  readonly secretKey: string;
  readonly delays: Delays;
}): Server {
  const { ledger, delays } = options;

  return createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      response.destroy();
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://provider');
    if (pathname === '/livez' || pathname === '/readyz') return send(response, 200, { status: 'ok' });
    if (request.headers.authorization !== `Bearer ${options.secretKey}`)
      return send(response, 401, { error: 'The key is not valid.' });
    if (request.method === 'GET' && pathname === '/ledger') {
      const order = searchParams.get('order_id');
      const found = ledger.all().filter((one) => order === null || one.order_id === order);
      const operations = found.map((one) => ({ ...shown(one, Date.now()), times_asked: ledger.timesAsked(one.key) }));
      return send(response, 200, { operations });
    }
    if (request.method === 'GET' && pathname.startsWith('/operations/')) {
      const key = decodeURIComponent(pathname.slice('/operations/'.length));
      const operation = ledger.find(key);
      return operation ? tell(response, operation) : send(response, 404, { unknown_key: key });
    }
    if (request.method !== 'POST') return send(response, 404, { error: 'There is nothing at this address.' });
    const ask = await askOf(request, pathname);
    return typeof ask === 'string' ? send(response, 400, { error: ask }) : perform(response, ask);
  }

  async function perform(response: ServerResponse, ask: Ask): Promise<void> {
    const known = ledger.find(ask.key);
    if (known && !isSameAsk(ask, known)) return send(response, 409, { error: 'The key was used for another request.' });
    if (known) ledger.note('asked_again', ask.key);
    else if (loses(ask, ledger)) {
      ledger.note('dropped', ask.key);
      return send(response, 500, { error: 'Something went wrong.' });
    }
    const operation = known ?? decide(ask, ledger.all(), Date.now(), delays);
    if (!operation) return send(response, 404, { error: 'There is no such authorisation.' });
    if (!known) ledger.accept(operation);

    if (ask.token === 'pm_unknown' && !known && ledger.timesAsked(ask.key) === 1)
      return send(response, 500, { error: 'Something went wrong.' });
    const waitMs = operation.decides_at - Date.now();
    // pm_timeout is accepted and never answered, however often it is asked while undecided.
    if (operation.token === 'pm_timeout' && operation.kind === 'authorize' && (!known || waitMs > 0)) return;
    // A timer may fire a little early.
    while (operation.decides_at > Date.now())
      await new Promise((resolve) => setTimeout(resolve, operation.decides_at - Date.now()));
    tell(response, operation);
    if (operation.token === 'pm_twice') tellAgain(response, operation);
  }
}

/** pm_unknown has charged or not: for half of all keys the first request leaves no trace. */
const loses = (ask: Ask, ledger: Ledger): boolean =>
  ask.token === 'pm_unknown' && ledger.timesAsked(ask.key) === 0 && /[13579bdf]$/.test(ask.key);

function send(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes);
}

function tell(response: ServerResponse, operation: Operation): void {
  const view = shown(operation, Date.now());
  send(response, view.state === 'pending' ? 202 : view.state === 'refused' ? 422 : 200, view);
}

function tellAgain(response: ServerResponse, operation: Operation): void {
  const { socket } = response;
  const body = JSON.stringify(shown(operation, Date.now()));
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  setTimeout(() => {
    if (socket?.writable) socket.write(head + body);
  }, 5).unref();
}
