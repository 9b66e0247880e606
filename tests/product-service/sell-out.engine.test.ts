import { expect, test } from 'vitest';
import { productDatabase } from './product-database.ts';
import { sellOutByReplicas, sellOutBySingleCalls } from './sell-out.ts';

// quality.md, T1, at 10 %: 2 × (500 buyers, 1 unit) and 2 × (500 buyers, 100 units).
const buyers = 500;

for (const units of [1, 100])
  test(`of ${buyers} buyers over 100 connections exactly ${units} get the ${units} units there are`, async () => {
    const { url, administrator } = await productDatabase();
    const { held, refused, violations } = await sellOutBySingleCalls(url, buyers, units, 100);
    expect(violations).toEqual([]);
    expect([held, refused]).toEqual([units, buyers - units]);
    await administrator.end();
  });

for (const units of [1, 100])
  test(`of ${buyers} buyers at eight replicas exactly ${units} get the ${units} units there are`, async () => {
    const { url, administrator } = await productDatabase();
    const { held, refused, violations } = await sellOutByReplicas(url, buyers, units, 8);
    expect(violations).toEqual([]);
    expect([held, refused]).toEqual([units, buyers - units]);
    await administrator.end();
  });
