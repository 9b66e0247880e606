/** One order on the running platform, from the first search to the mail, and what its timeline then shows. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from '../services/kit/money.ts';
import { openDemoShop } from './demo-shop.ts';
import { renderTimeline } from './demo-table.ts';

const addressFile = process.env.PLATFORM_FILE ?? fileURLToPath(new URL('../.data/platform.json', import.meta.url));

function addresses(): { readonly gateway: string; readonly mailbox: string } {
  try {
    return JSON.parse(readFileSync(addressFile, 'utf8'));
  } catch {
    throw new Error('The platform is not running: start it with "npm start", and run this in a second terminal.');
  }
}

try {
  const { gateway, mailbox } = addresses();
  const shop = openDemoShop(gateway, mailbox);
  const started = performance.now();
  const say = (text: string) =>
    console.log(`${String(Math.round(performance.now() - started)).padStart(6)} ms  ${text}`);

  const email = `demo-${randomBytes(6).toString('hex')}@example.com`;
  const userId = await shop.register(email, randomBytes(12).toString('base64url'));
  say(`registered and signed in ${userId}`);
  const [first, second] = await shop.search('cotton');
  say(`found "${first.title}" and "${second.title}"`);
  const order = await shop.order([
    { product_id: first.product_id, quantity: 2 },
    { product_id: second.product_id, quantity: 1 },
  ]);
  say(`ordered ${order.order_id} for ${format(order.total)}`);
  const payment = await shop.pay(order.order_id);
  say(`paid with ${payment.payment_id}`);
  const subjects = await shop.mails(email, [/holding your order/i, /we have received/i]);
  for (const subject of subjects) say(`mail "${subject}"`);
  const timeline = await shop.timeline(order.order_id, {
    steps: ['created', 'stock_held', 'paid'],
    events: ['order.created', 'order.placed', 'order.paid'],
    mails: ['placed', 'paid'],
  });
  console.log(`\n${renderTimeline(timeline)}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
