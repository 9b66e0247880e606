import { SESv2Client, SESv2ServiceException, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { RenderedMail } from './templates.ts';

export type SendOutcome =
  | { readonly kind: 'accepted'; readonly messageId: string }
  /** This mail will never be accepted. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Not now. `uncertain`: it may have been accepted all the same, since its answer was lost. */
  | { readonly kind: 'unavailable'; readonly uncertain: boolean; readonly reason: string };

export interface Mailer {
  /** Sends one mail, once; an event id goes along in a header of its own. */
  send(to: string, mail: RenderedMail, eventId: string): Promise<SendOutcome>;
}

/** A client that reads region, credentials and endpoint from the environment. One attempt: whoever calls tries again. */
export const createSes = (): SESv2Client =>
  new SESv2Client({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  });

/** Mails through Amazon SES, API version 2. It has no idempotency key, so a lost answer leaves doubt. */
export function createMailer(ses: SESv2Client, from: string): Mailer {
  const utf8 = (text: string) => ({ Data: text, Charset: 'UTF-8' });
  return {
    async send(to, { subject, text, html }, eventId) {
      const command = new SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [to] },
        Content: {
          Simple: {
            Subject: utf8(subject),
            Body: { Text: utf8(text), Html: utf8(html) },
            Headers: [{ Name: 'X-Event-Id', Value: eventId }],
          },
        },
      });
      try {
        const { MessageId } = await ses.send(command);
        return { kind: 'accepted', messageId: MessageId ?? '' };
      } catch (error) {
        return outcomeOf(error);
      }
    },
  };
}

function outcomeOf(error: unknown): SendOutcome {
  const reason = error instanceof Error ? error.name : 'unknown';
  if (error instanceof SESv2ServiceException) {
    // An unverified sender and a paused account come as MessageRejected too, and are ours to put right.
    const ours = /not verified|suspended|paused/i.test(error.message);
    const refused = error.$metadata.httpStatusCode === 400 && !ours && !passing.has(error.name);
    return refused ? { kind: 'refused', reason } : { kind: 'unavailable', uncertain: false, reason };
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return { kind: 'unavailable', uncertain: !neverSent.has(code), reason: code || reason };
}

const passing = new Set([
  'TooManyRequestsException',
  'LimitExceededException',
  'AccountSuspendedException',
  'SendingPausedException',
  'MailFromDomainNotVerifiedException',
  'ThrottlingException',
  'ExpiredTokenException',
  'RequestExpired',
]);

const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
