import { expect, test } from 'vitest';
import { arrange, failure, invocation, mailsOf, none, orderEvent, plenty } from './arrange.ts';

const mailed = [
  ['order.placed', 'awaiting_payment', 'We are holding your order for you: INR 4,500.00'],
  ['order.payment_failed', 'awaiting_payment', 'Your payment did not go through'],
  ['order.paid', 'paid', 'Thank you: we have received INR 4,500.00'],
  ['order.cancelled', 'cancelled', 'Your order was cancelled'],
  ['order.expired', 'expired', 'Your order has expired'],
  ['order.refunded', 'refunded', 'We have refunded INR 4,500.00'],
] as const;

for (const [type, state, subject] of mailed)
  test(`${type} gives one mail to its customer, and a delivery record`, async () => {
    const platform = await arrange();
    const event = orderEvent({ type, state });
    await platform.contact(event);
    expect(await platform.run(invocation([event]), plenty)).toEqual(none);
    const mails = await mailsOf(event);
    expect(mails.map((mail) => mail.subject)).toEqual([subject]);
    expect(mails[0]?.destination.to).toEqual([`${event.data.user_id}@mail.example`]);
    expect(mails[0]?.body.text).toContain(event.data.order_id);
    expect(await platform.delivery(event)).toMatchObject({
      event_id: event.id,
      channel: 'email',
      template: type.slice('order.'.length),
      status: 'sent',
      possible_extra_mails: 0,
      provider_message_id: expect.stringMatching(/./),
      sent_at: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

test('order.created and order.rejected give no mail and leave no record', async () => {
  const platform = await arrange();
  const events = [orderEvent({ type: 'order.created', state: 'created' }), orderEvent({ type: 'order.rejected' })];
  expect(await platform.run(invocation(events), plenty)).toEqual(none);
  for (const event of events) {
    expect(await mailsOf(event)).toEqual([]);
    expect(await platform.delivery(event)).toBeUndefined();
  }
});

test('an event that is delivered again sends nothing, in the same instance or another', async () => {
  const platform = await arrange();
  const event = orderEvent();
  await platform.contact(event);
  for (const run of [platform.run, platform.run, platform.start()])
    expect(await run(invocation([event]), plenty)).toEqual(none);
  expect(await mailsOf(event)).toHaveLength(1);
});

test('the same event handled by eight instances at once sends one mail', async () => {
  const platform = await arrange();
  const event = orderEvent();
  await platform.contact(event);
  const answers = await Promise.all(Array.from({ length: 8 }, () => platform.start()(invocation([event]), plenty)));
  expect(await mailsOf(event)).toHaveLength(1);
  // Whoever came second while it was being sent asks for it again; nobody claims it is done before it is.
  for (const answer of answers) expect([none, failure(0)]).toContainEqual(answer);
  expect(await platform.delivery(event)).toMatchObject({ status: 'sent', possible_extra_mails: 0 });
});

test('an older event of the same order is still mailed, once', async () => {
  const platform = await arrange();
  const paid = orderEvent({ seq: 3 });
  const { order_id, user_id } = paid.data;
  const placed = orderEvent({ type: 'order.placed', state: 'awaiting_payment', seq: 2, order_id, user_id });
  await platform.contact(paid);
  for (const event of [paid, placed, paid, placed])
    expect(await platform.run(invocation([event]), plenty)).toEqual(none);
  expect(await mailsOf(paid)).toHaveLength(1);
  expect(await mailsOf(placed)).toHaveLength(1);
});

test('a poison record in the middle of a batch is recorded without its content, and the others are delivered once', async () => {
  const platform = await arrange();
  const [first, last] = [orderEvent(), orderEvent()];
  await platform.contact(first);
  await platform.contact(last);
  const poison = ['canary@secret.example', JSON.stringify({ ...first, id: 'x', note: 'canary@secret.example' }), ''];
  const batch = invocation([first, ...poison, last], 4);
  for (let time = 0; time < 2; time += 1) expect(await platform.run(batch, plenty)).toEqual(none);
  expect(await mailsOf(first)).toHaveLength(1);
  expect(await mailsOf(last)).toHaveLength(1);
  const rejected = await platform.rejected('orders.v1-4');
  expect(rejected.map((one) => one.sk)).toEqual(['1', '2', '3']);
  expect(JSON.stringify(rejected)).not.toContain('canary');
});

test('an event with a type, state, reason and field of a later publisher does not stop the function', async () => {
  const platform = await arrange();
  const event = orderEvent();
  await platform.contact(event);
  const later = {
    ...event,
    newer: 1,
    data: {
      ...event.data,
      state: 'newer_state',
      reason: 'newer_reason',
      newer: 1,
      lines: event.data.lines.map((line) => ({ ...line, tax: 1 })),
    },
  };
  const unknown = { ...orderEvent(), type: 'order.shipped' };
  expect(await platform.run(invocation([JSON.stringify(unknown), JSON.stringify(later)]), plenty)).toEqual(none);
  expect(await mailsOf(event)).toHaveLength(1);
  expect(await platform.rejected('orders.v1-0')).toEqual([]);
});

test('who refused e-mail gets none, and the record says why', async () => {
  const platform = await arrange();
  const event = orderEvent();
  await platform.contact(event, { consent: { email: false, sms: true } });
  expect(await platform.run(invocation([event]), plenty)).toEqual(none);
  expect(await mailsOf(event)).toEqual([]);
  expect(await platform.delivery(event)).toMatchObject({ status: 'skipped', reason: 'no_consent' });
});

test('a contact that is still on its way is waited for', async () => {
  const platform = await arrange();
  const event = orderEvent();
  expect(await platform.run(invocation([event]), plenty)).toEqual(failure(0));
  await platform.contact(event);
  expect(await platform.run(invocation([event]), plenty)).toEqual(none);
  expect(await mailsOf(event)).toHaveLength(1);
});

test('a user without a contact is not waited for longer than a minute', async () => {
  const platform = await arrange();
  const [gone, next] = [orderEvent({ time: new Date(Date.now() - 61_000).toISOString() }), orderEvent()];
  await platform.contact(next);
  expect(await platform.run(invocation([gone, next]), plenty)).toEqual(none);
  expect(await platform.delivery(gone)).toMatchObject({ status: 'skipped', reason: 'no_contact' });
  expect(await mailsOf(next)).toHaveLength(1);
});

test('a name cannot bring markup into a mail', async () => {
  const platform = await arrange();
  const event = orderEvent();
  await platform.contact(event, { name: '<img src=x onerror=alert(1)> & "O\'Neill"' });
  await platform.run(invocation([event]), plenty);
  const [mail] = await mailsOf(event);
  expect(mail?.body.html).toContain('Hello &lt;img src=x onerror=alert(1)&gt; &amp; &quot;O&#39;Neill&quot;,');
  expect(mail?.body.html).not.toContain('<img');
});
