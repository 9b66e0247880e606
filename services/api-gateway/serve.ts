import { type Problem, problem } from '../kit/problem.ts';
import { Unavailable } from '../kit/unavailable.ts';
import type { ServiceName } from '../platform/names.ts';
import type { Admission } from './admission.ts';
import type { Exchange, Observers } from './exchange.ts';
import { relay } from './relay.ts';
import { announcedBody, receiveBody } from './request-body.ts';
import { clientAddress, clientProtocol, headersToForward } from './request-headers.ts';
import type { RelayedRoute } from './routes.ts';
import type { Upstream } from './upstreams.ts';

export type ServingParts = Observers & {
  readonly upstreams: Readonly<Partial<Record<ServiceName, Upstream>>>;
  readonly admission: Admission;
  /** How many proxies of ours stand before this one. */
  readonly trustedProxies: number;
};

/** The 500 of a request that met a mistake of ours. */
export const defect = (): Problem => problem('internal', 'The request failed; report it with the request id.');

/** Checks the head, admits, receives the body and relays: the whole way of a request that has a route. */
export function serve(exchange: Exchange, route: RelayedRoute, upstream: Upstream, parts: ServingParts): void {
  const { incoming } = exchange;
  const authorization = incoming.headers.authorization;
  const forwarded = headersToForward(incoming);
  const announced = announcedBody(incoming);
  if (!forwarded) exchange.refuse(problem('bad_request', 'Send each of these headers at most once.'));
  else if (typeof announced === 'object') exchange.refuse(announced);
  else if (route.audience === 'anyone' && authorization === undefined && announced === 'none')
    send(exchange, route, upstream, parts, forwarded, null);
  else
    admitAndSend(exchange, route, upstream, parts, forwarded, announced).catch((error: unknown) => {
      if (!(error instanceof Unavailable)) parts.log.error({ err: error, request_id: exchange.requestId }, 'defect');
      exchange.blame(error instanceof Error ? error.message : 'defect');
      exchange.refuse(
        error instanceof Unavailable ? problem('unavailable', 'Try again shortly; nothing was decided.') : defect(),
      );
    });
}

async function admitAndSend(
  exchange: Exchange,
  route: RelayedRoute,
  upstream: Upstream,
  parts: ServingParts,
  forwarded: string[],
  announced: 'none' | 'some',
): Promise<void> {
  const refused = await parts.admission(route.audience, exchange.incoming.headers.authorization);
  if (refused) {
    exchange.refuse(refused);
    return;
  }
  if (announced === 'none') {
    send(exchange, route, upstream, parts, forwarded, null);
    return;
  }
  const received = await receiveBody(exchange.incoming, exchange.deadline - performance.now());
  if (received.kind === 'problem') exchange.refuse(received);
  else if (received.kind === 'body') send(exchange, route, upstream, parts, forwarded, received.bytes);
}

function send(
  exchange: Exchange,
  route: RelayedRoute,
  upstream: Upstream,
  { trustedProxies }: ServingParts,
  forwarded: string[],
  body: Buffer | null,
): void {
  const { incoming } = exchange;
  if (exchange.outgoing.destroyed) return;
  forwarded.push('x-request-id', exchange.requestId, 'traceparent', exchange.traceparent);
  forwarded.push('x-forwarded-for', clientAddress(incoming, trustedProxies));
  forwarded.push('x-forwarded-proto', clientProtocol(incoming, trustedProxies));
  const target = (incoming.url ?? '').slice(route.stripped);
  relay(exchange, upstream, { method: incoming.method ?? route.method, target, headers: forwarded, body });
}
