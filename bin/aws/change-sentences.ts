import type { Template } from '../../stacks/aws/gates/template.ts';
import { type Change, changesBetween } from '../../stacks/aws/template-change.ts';

type Templates = Readonly<Record<string, Template>>;

/** Longest value that is printed whole; policies are read in the file. */
const longest = 160;

/** What differs between two sets of templates, per environment and stack, then one sentence that counts. `!` marks what security hangs on. */
export function changeSentences(before: Templates, after: Templates): readonly string[] {
  const places = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  const changed = places
    .map((place) => ({ place, changes: changesBetween(before[place], after[place]) }))
    .filter(({ place, changes }) => changes.length > 0 || !before[place] || !after[place]);
  const all = changed.flatMap(({ changes }) => changes);
  const marked = all.filter(({ security }) => security).length;
  return [
    ...changed.flatMap(({ place, changes }) => [headline(place, before, after), ...changes.map(sentence)]),
    all.length === 0
      ? `No change in ${places.length} stacks.`
      : `${all.length} changes in ${changed.length} of ${places.length} stacks; security hangs on ${marked} of them (!).`,
  ];
}

function headline(place: string, before: Templates, after: Templates): string {
  if (!before[place]) return `${place}, a new stack:`;
  return after[place] ? `${place}:` : `${place}, a stack that is gone:`;
}

function sentence({ what, subject, property, before, after, security }: Change): string {
  const mark = security ? '!' : ' ';
  if (what !== 'changed') return `${mark} ${what} ${subject}`;
  return `${mark} changed ${subject}: ${property} ${short(before)} → ${short(after)}`;
}

const short = (value = ''): string => (value.length <= longest ? value : `${value.slice(0, longest)}…`);
