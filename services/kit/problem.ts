/**
 * Problem details for HTTP APIs (RFC 9457). Domain code and adapters know codes only; this table is the one place
 * where a code meets an HTTP status.
 */
const problems = {
  invalid_json: [400, 'The body is not valid JSON'],
  idempotency_key_missing: [400, 'An Idempotency-Key header is required'],
  idempotency_key_invalid: [400, 'The Idempotency-Key header is malformed'],
  bad_request: [400, 'The request cannot be understood'],
  unauthenticated: [401, 'A valid access token is required'],
  invalid_credentials: [401, 'E-mail or password is wrong'],
  invalid_refresh_token: [401, 'The refresh token is not valid'],
  payment_declined: [402, 'The payment was declined'],
  forbidden: [403, 'Not allowed'],
  not_found: [404, 'Not found'],
  method_not_allowed: [405, 'Method not allowed'],
  request_timeout: [408, 'The request took too long to arrive'],
  conflict: [409, 'The request conflicts with the current state'],
  email_taken: [409, 'This e-mail address is already registered'],
  sku_taken: [409, 'This SKU is already in use'],
  insufficient_stock: [409, 'Not enough stock'],
  price_changed: [409, 'The price has changed'],
  cart_empty: [409, 'The cart is empty'],
  not_cancellable: [409, 'The order can no longer be cancelled'],
  order_expired: [409, 'The order has expired'],
  order_not_payable: [409, 'The order cannot be paid in its state'],
  payment_in_progress: [409, 'Another payment for this order is under way'],
  not_refundable: [409, 'The payment cannot be refunded in its state'],
  request_in_progress: [409, 'A request with this Idempotency-Key is still running'],
  body_too_large: [413, 'The body is too large'],
  unsupported_media_type: [415, 'The body must be application/json'],
  invalid_request: [422, 'The request is not valid'],
  idempotency_key_reused: [422, 'The Idempotency-Key was used with another request'],
  too_many_requests: [429, 'Too many requests'],
  head_too_large: [431, 'The request head is too large'],
  internal: [500, 'Internal error'],
  unavailable: [503, 'Temporarily unavailable'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof problems;

export type FieldError = { readonly pointer: string; readonly detail: string };

/** An error answer: a code, a sentence that says what to do, and members of its own (`shortages`, `errors`, …). */
export type Problem = {
  readonly kind: 'problem';
  readonly code: ProblemCode;
  readonly detail: string;
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Makes a problem; `detail` is a sentence for the caller and never carries what it sent or an internal message. */
export function problem(code: ProblemCode, detail: string, more: Pick<Problem, 'extra' | 'headers'> = {}): Problem {
  return { kind: 'problem', code, detail, ...more };
}

/** The HTTP status of a code. */
export const statusOf = (code: ProblemCode): number => problems[code][0];

/** The title of a code, the same for every occurrence of it. */
export const titleOf = (code: ProblemCode): string => problems[code][1];

/** The `application/problem+json` document of a problem. */
export const problemDocument = (of: Problem, requestId: string) => ({
  type: `urn:ecommerce:problem:${of.code}`,
  title: titleOf(of.code),
  status: statusOf(of.code),
  code: of.code,
  detail: of.detail,
  request_id: requestId,
  ...of.extra,
});

/** The headers of a problem's answer; 503 and 429 carry Retry-After. */
export function problemHeaders(of: Problem): Readonly<Record<string, string>> {
  const status = statusOf(of.code);
  return {
    'content-type': 'application/problem+json',
    ...(status === 503 || status === 429 ? { 'retry-after': '1' } : {}),
    ...of.headers,
  };
}

/** The answer as bytes and headers: every service and the gateway sends exactly this. */
export const problemResponse = (of: Problem, requestId: string): Response =>
  new Response(JSON.stringify(problemDocument(of, requestId)), {
    status: statusOf(of.code),
    headers: problemHeaders(of),
  });
