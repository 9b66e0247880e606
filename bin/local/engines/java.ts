import { findJava } from '../../launcher/java.mjs';
import { LocalFailure } from './engine.ts';

/** The Java to use and its major version. Throws a `LocalFailure` that says how to install one. */
export function requireJava(): { readonly command: string; readonly version: number } {
  const java = findJava(process.env);
  if (java.kind === 'missing') throw new LocalFailure(java.sentence);
  return java;
}

/** Small and quick to start: one collector thread, the first compiler only. */
export const javaFlags = (maxHeapMb: number): readonly string[] => [
  `-Xmx${maxHeapMb}m`,
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
];
