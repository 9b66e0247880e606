/** Fields of the service's connection to us, which are not the client's (RFC 9110, 7.6.1). */
const connectionHeaders: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

type Fields = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The service's header fields for the client as a flat list of names and values, with `added` where the service has none. */
export function headersToAnswer(fields: Fields, added: Readonly<Record<string, string>>): string[] {
  const named =
    typeof fields.connection === 'string' && fields.connection !== 'keep-alive' ? fields.connection : undefined;
  const listed = named?.toLowerCase().split(/\s*,\s*/);
  const answer: string[] = [];
  for (const name in fields) {
    const value = fields[name];
    if (value === undefined || connectionHeaders.has(name) || listed?.includes(name)) continue;
    if (typeof value === 'string') answer.push(name, value);
    else for (const one of value) answer.push(name, one);
  }
  for (const name in added) if (fields[name] === undefined) answer.push(name, added[name] ?? '');
  return answer;
}

/** The declared length of an answer's body in bytes, if it has one. */
export function declaredLength(fields: Fields): number | undefined {
  const length = fields['content-length'];
  return typeof length === 'string' ? Number(length) : undefined;
}
