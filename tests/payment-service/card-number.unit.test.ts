import { expect, test } from 'vitest';
import { newId } from '../../services/kit/ids.ts';
import { paymentBody, refundBody } from '../../services/payment-service/bodies.ts';
import { hasCardNumber } from '../../services/payment-service/card-number.ts';

/** Test numbers that card schemes publish, 13 to 19 digits. */
const cards = [
  '4111111111111111',
  '4222222222222',
  '5555555555554444',
  '378282246310005',
  '30569309025904',
  '6011111111111117',
  '6304000000000000000',
];

test('a card number is found however it is written and wherever it stands', () => {
  for (const card of cards)
    for (const text of [
      card,
      `pm_${card}x`,
      card.replace(/(.{4})/g, '$1 '),
      card.replace(/(.{4})/g, '$1-'),
      card.replace(/(.{4})/g, '$1 - '),
      `number ${card} 12/29 123`,
      `9${card}9`,
      [...card].join(' '),
    ])
      expect([text, hasCardNumber(text)]).toEqual([text, true]);
});

test('what is too short, fails the check digit or is an ordinary token passes', () => {
  for (const text of ['', 'pm_ok', '4222222222223', '411111111111', 'pm_1NvQx2eZ', '2024-05-13', 'call 98765 43210'])
    expect([text, hasCardNumber(text)]).toEqual([text, false]);
});

test('no order is unpayable because its id happens to hold digits that pass the check', () => {
  const unlucky = 'ord_01941111-1111-7111-8111-111111111111';
  expect(paymentBody.safeParse({ order_id: unlucky, payment_method_token: 'pm_ok' }).success).toBe(true);
  for (let count = 0; count < 1_000; count += 1)
    expect(paymentBody.safeParse({ order_id: newId('order'), payment_method_token: 'pm_ok' }).success).toBe(true);
});

test('a card number in any text of a body is refused, and so is every field that is not named', () => {
  const body = { order_id: newId('order'), payment_method_token: 'pm_ok' };
  for (const card of cards) {
    expect(paymentBody.safeParse({ ...body, payment_method_token: `pm_${card}` }).success).toBe(false);
    expect(paymentBody.safeParse({ ...body, number: card }).success).toBe(false);
    expect(refundBody.safeParse({ reason: `to ${card}` }).success).toBe(false);
  }
  for (const field of ['cvv', 'cvc', 'security_code', 'amount', 'currency', 'user_id', 'status', 'payment_id'])
    expect(paymentBody.safeParse({ ...body, [field]: '1' }).success).toBe(false);
});
