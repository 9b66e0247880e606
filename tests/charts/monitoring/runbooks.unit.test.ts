import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repository } from '../../sources.ts';

/** Argo CD puts back what differs from Git: each of these would hold for some seconds, while somebody believes the outage mended. */
const putBack =
  /rollout undo|kubectl\b[^`\n]*\s(scale|edit|patch|autoscale|apply|replace|set (image|env|resources))\b|\bscale (it|the deployment)\b/i;

/** A cell of a table ends at a pipe that is not escaped, inside code too (https://github.github.com/gfm/#tables-extension-). */
const cells = (row: string): number => row.trim().replaceAll('\\|', '').split('|').length - 2;

/** One sentence for each line of a runbook that does not do what it says. */
const mistakesIn = (file: string, text: string): readonly string[] => {
  let columns: number | undefined;
  return text.split('\n').flatMap((line, index) => {
    const at = `${file}:${index + 1}`;
    const isRow = line.startsWith('|');
    columns = isRow ? (columns ?? cells(line)) : undefined;
    return [
      ...(putBack.test(line) ? [`${at}: Argo CD puts that back; change what is in Git.`] : []),
      ...(isRow && cells(line) !== columns ? [`${at}: a pipe ends the cell, write it as \\|.`] : []),
    ];
  });
};

const folder = join(repository, 'docs/runbooks');

test.each(readdirSync(folder))('%s: nothing that Argo CD puts back, no query that a table cuts off', (file) => {
  expect(mistakesIn(file, readFileSync(join(folder, file), 'utf8'))).toEqual([]);
});

describe('a remedy that does not last is named', () => {
  test.each([
    'crashes: `kubectl -n ecommerce rollout undo deployment/order-service`',
    'full: `kubectl -n ecommerce scale deployment/order-service --replicas=5`',
    '`kubectl -n ecommerce set image deployment/order-service main=…`',
    '`kubectl -n ecommerce edit hpa order-service`',
    'order-service is full: scale it by hand',
  ])('%s', (line) => {
    expect(mistakesIn('one.md', `# One\n\n${line}\n`)).toEqual([
      'one.md:3: Argo CD puts that back; change what is in Git.',
    ]);
  });

  test('a query that its table cuts off', () => {
    const table = (query: string) => `| Seen | Do |\n|---|---|\n| slow | \`${query}\` |\n`;
    expect(mistakesIn('one.md', table('{a="b"} | json'))).toEqual(['one.md:3: a pipe ends the cell, write it as \\|.']);
    expect(mistakesIn('one.md', table('{a="b"} \\| json'))).toEqual([]);
  });

  test('what lasts is not', () => {
    expect(mistakesIn('one.md', '`kubectl -n ecommerce delete pod <pod>`, then `kubectl get pods`\n')).toEqual([]);
  });
});
