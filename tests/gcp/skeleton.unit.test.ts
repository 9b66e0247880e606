import { expect, test } from 'vitest';
import { resources } from './blocks.ts';
import { stackOf } from './example.ts';
import { skeletonOf } from './skeleton.ts';

/** What OpenTofu is given where there is no provider (opentofu.ts); that script runs where the program is found. */
const stack = stackOf('dev', 'analytics');
const skeleton = skeletonOf(stack);
const text = JSON.stringify(skeleton);

test('every resource and everything that is read has its place, and refers to the others there', () => {
  const read = Object.values((stack.data ?? {}) as Record<string, object>).flatMap((named) => Object.keys(named));
  expect(resources(skeleton)).toHaveLength(resources(stack).length + read.length);
  expect(text).toContain('terraform_data.google_storage_bucket--bucket-results.output.name');
  expect(text).toContain('terraform_data.google_compute_instance--master.output.network_interface[0].network_ip');
  expect(text).not.toMatch(/\$\{[^}]*\bgoogle_(?!\w+--)/);
});

test('nothing of a provider and no backend is left, variables stay', () => {
  expect(Object.keys(skeleton).toSorted()).toEqual(['output', 'resource', 'terraform', 'variable']);
  expect(skeleton.terraform).toEqual({ required_version: '>= 1.9.0' });
  expect(text).toContain('var.tunnel_0_key');
});

test('what is only said, in a text, is left as it is', () => {
  expect(text).toContain('vpn_googleapis_com:tunnel_established');
  expect(text).toContain('logName=\\"projects/shop-analytics-dev/logs/orders-analytics\\"');
});
