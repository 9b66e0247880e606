import type { StorageBucket } from '@cdktf/provider-google/lib/storage-bucket/index.js';
import {
  StorageBucketObject,
  type StorageBucketObjectConfig,
} from '@cdktf/provider-google/lib/storage-bucket-object/index.js';
import type { Construct } from 'constructs';
import { analyticsJobName } from '../naming.ts';

/** The texts of one state of the job; jars are not among them, they are published by their own command. */
export type Release = {
  /** Hash of `files`, the name of their folder. */
  readonly hash: string;
  /** `job.sql`, scripts, units and `jars.sha256`. */
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** What a new machine runs once. Its own hash is its name, so that only another text replaces the cluster. */
  readonly initialize: { readonly hash: string; readonly text: string };
};

/**
 * Puts the release where the master looks for it; `current`, which names it, comes last and goes first, so that whatever it names
 * is whole. Returns the address of the initialization, and what has to lie there before a machine starts.
 */
export function publishRelease(scope: Construct, artifacts: StorageBucket, release: Release) {
  const put = (id: string, path: string, content: string, more: Partial<StorageBucketObjectConfig> = {}) =>
    new StorageBucketObject(scope, id, {
      bucket: artifacts.name,
      name: `${analyticsJobName}/${path}`,
      content: literal(content),
      contentType: 'text/plain; charset=utf-8',
      ...more,
    });
  // Their names change with their texts. What runs may read the ones before until `current` names the new ones.
  const kept = { lifecycle: { createBeforeDestroy: true } };
  const files = release.files.map(({ name, text }) =>
    put(`release-${name}`, `releases/${release.hash}/${name}`, text, kept),
  );
  const { hash, text } = release.initialize;
  const initialize = put('initialize', `initialize/${hash}.sh`, text, kept);
  const current = put('release-current', 'current', `${release.hash}\n`, { dependsOn: files });
  return { initialize: `gs://${initialize.bucket}/${initialize.name}`, published: [current, initialize] };
}

/** A text that Terraform takes as it is: it would read the variables of a shell script as references of its own. */
const literal = (text: string): string => text.replaceAll(/([$%])\{/g, '$1$1{');
