import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { imageUser } from '../../bin/images/image-root.ts';

const root = join(import.meta.dirname, '../..');
type Line = { readonly word: string; readonly rest: string; readonly stage: number };

/** What is wrong with a Dockerfile, one sentence each. */
function faults(text: string): readonly string[] {
  let stage = -1;
  const lines: Line[] = text
    .split('\n')
    .filter((line) => /^[A-Z]/.test(line))
    .map((line) => {
      const [word = '', ...rest] = line.split(' ');
      if (word === 'FROM') stage += 1;
      return { word, rest: rest.join(' '), stage };
    });
  const of = (word: string) => lines.filter((line) => line.word === word);
  const last = (word: string) => of(word).filter((line) => line.stage === stage);
  return [
    ...of('FROM').flatMap(({ rest }) =>
      /@sha256:[0-9a-f]{64}( AS \w+)?$|^scratch( AS \w+)?$/.test(rest) ? [] : [`FROM ${rest} is not pinned by digest.`],
    ),
    ...last('RUN').map(({ rest }) => `RUN ${rest} would need a shell in the image.`),
    ...last('ENTRYPOINT')
      .concat(last('CMD'))
      .flatMap(({ word, rest }) => (rest.startsWith('[') ? [] : [`${word} ${rest} would need a shell.`])),
    ...(last('USER').at(-1)?.rest === `${imageUser}:${imageUser}`
      ? []
      : ['The image does not run as its own user, by number.']),
    ...of('COPY').flatMap(({ rest }) => {
      const parts = rest.split(' ').filter((part) => !part.startsWith('--'));
      return rest.startsWith('--from=')
        ? []
        : parts.slice(0, -1).flatMap((path) => (existsSync(join(root, path)) ? [] : [`COPY ${path}: there is none.`]));
    }),
    ...of('ADD').map(({ rest }) => `ADD ${rest}: use COPY.`),
  ];
}

const text = readFileSync(join(root, 'Dockerfile'), 'utf8');

test('the image is pinned, runs as its own user, and holds no shell', () => {
  expect(faults(text)).toEqual([]);
});

test.each([
  ['a tag without a digest', text.replace(/@sha256:[0-9a-f]{64}/, ''), /not pinned/],
  ['a step in the image itself', text.replace('USER', 'RUN echo\nUSER'), /need a shell in the image/],
  ['a command for a shell', text.replace('ENTRYPOINT ["/usr/bin/node"]', 'ENTRYPOINT node'), /need a shell/],
  ['root', text.replace('USER 65532:65532', 'USER 0:0'), /own user/],
  ['no user', text.replace('USER 65532:65532\n', ''), /own user/],
  ['a file that is not there', text.replace('COPY package.json', 'COPY packages.json'), /there is none/],
])('%s is refused', (_, changed, sentence) => {
  expect(faults(changed).join('\n')).toMatch(sentence);
});

test('what the build needs is let through to it, and no secret or history is', () => {
  const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').trim().split('\n');
  expect(ignored[0]).toBe('**');
  for (const line of ignored.slice(1)) expect(existsSync(join(root, line.slice(1))), line).toBe(true);
  expect(ignored).not.toContain('!.git');
});
