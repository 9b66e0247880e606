import { format, money } from '../kit/money.ts';
import type { IncomingEvent } from './incoming.ts';

export const templateNames = ['placed', 'payment_failed', 'paid', 'cancelled', 'expired', 'refunded'] as const;
export type TemplateName = (typeof templateNames)[number];

export type RenderedMail = { readonly subject: string; readonly text: string; readonly html: string };

type Facts = {
  readonly order: string;
  readonly items: string;
  readonly total: string;
  readonly refund: string;
  readonly because: string;
};
type Template = (facts: Facts) => { readonly subject: string; readonly paragraphs: readonly string[] };

const templates: Readonly<Record<TemplateName, Template>> = {
  placed: ({ order, items, total }) => ({
    subject: `We are holding your order for you: ${total}`,
    paragraphs: [
      `Your order ${order} (${items}, ${total}) is reserved for you.`,
      'Please pay for it soon: the reservation ends by itself when nobody does.',
    ],
  }),
  payment_failed: ({ order, total }) => ({
    subject: 'Your payment did not go through',
    paragraphs: [
      `The payment of ${total} for your order ${order} was not accepted, and nothing was charged.`,
      'Your items are still reserved; please try again, with another card if you like.',
    ],
  }),
  paid: ({ order, items, total }) => ({
    subject: `Thank you: we have received ${total}`,
    paragraphs: [`Your order ${order} (${items}) is paid: ${total}.`, 'We will get it ready for you now.'],
  }),
  cancelled: ({ order, because }) => ({
    subject: 'Your order was cancelled',
    paragraphs: [
      `Your order ${order} was cancelled${because}.`,
      'You are not charged for it: an amount that was set aside or taken goes back to you.',
    ],
  }),
  expired: ({ order }) => ({
    subject: 'Your order has expired',
    paragraphs: [
      `Your order ${order} was not paid in time, so its items are on sale again.`,
      'You were not charged. You are welcome to order again.',
    ],
  }),
  refunded: ({ order, refund }) => ({
    subject: `We have refunded ${refund}`,
    paragraphs: [
      `We have refunded ${refund} for your order ${order}.`,
      'It can take your bank a few days to show the amount.',
    ],
  }),
};

const causes: Readonly<Record<string, string>> = {
  payment_declined: ' because the payment was declined',
  stock_lost: ' because its items were no longer available',
  captured_without_stock: ' because its items were no longer available',
  capture_refused: ' because the payment could not be completed',
  payment_voided: ' because the payment could not be completed',
  on_request: ' as you asked',
};

/** Makes a mail, as text and as HTML, of what the event says and the name in the contact. */
export function render(template: TemplateName, { data }: IncomingEvent, name: string): RenderedMail {
  const pieces = data.lines.reduce((count, line) => count + line.quantity, 0);
  const { subject, paragraphs } = templates[template]({
    order: data.order_id,
    items: pieces === 1 ? '1 item' : `${pieces} items`,
    total: format(money(data.total_minor, data.currency)),
    refund: format(money(data.refund_minor ?? data.total_minor, data.currency)),
    because: causes[data.reason ?? ''] ?? '',
  });
  const all = [`Hello ${name},`, ...paragraphs, 'Your shop'];
  const body = all.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`).join('\n');
  return {
    subject,
    text: `${all.join('\n\n')}\n`,
    html: `<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>\n<body>\n${body}\n</body>\n</html>\n`,
  };
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
