import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repository } from '../sources.ts';

/** Each of these takes away what the version that still runs may read or write, or asks of it what it does not know. */
const takesAway =
  /\b(DROP\s+(TABLE|COLUMN|SCHEMA|TYPE|VIEW|FUNCTION|DEFAULT)|RENAME\s+(TO|COLUMN|CONSTRAINT)|ALTER\s+(COLUMN\s+)?\w+\s+(SET\s+NOT\s+NULL|(SET\s+DATA\s+)?TYPE\s))/i;
/** `-- contracts: nothing since 0004 reads products.sku`: says why no version that can still run needs it. */
const marker = /^-- contracts: (.{20,})$/m;

/** One sentence for each statement of a migration that contracts without saying why it may. */
function contractions(name: string, text: string): readonly string[] {
  if (marker.test(text)) return [];
  const code = text.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ').replaceAll(/'(?:[^']|'')*'/g, "''");
  return code.split(';').flatMap((statement) => {
    const [found] = takesAway.exec(statement) ?? [];
    return found
      ? [
          `${name}: "${found.replaceAll(/\s+/g, ' ').trim()}" without "-- contracts: <why no running version needs it>".`,
        ]
      : [];
  });
}

const migrations = globSync('services/*/migrations/*.sql', { cwd: repository }).toSorted();

test('a migration only adds: what it takes away, a release before must have stopped to use', () => {
  expect(migrations.length).toBeGreaterThan(5);
  expect(migrations.flatMap((path) => contractions(path, readFileSync(join(repository, path), 'utf8')))).toEqual([]);
});

describe('is refused without a reason:', () => {
  test.each([
    'ALTER TABLE products DROP COLUMN sku;',
    'drop table\n  products;',
    'ALTER TABLE products RENAME COLUMN sku TO code;',
    'ALTER TABLE products RENAME TO goods;',
    'ALTER TABLE products ALTER COLUMN sku SET NOT NULL;',
    'ALTER TABLE products ALTER COLUMN price TYPE bigint;',
  ])('%s', (statement) => {
    expect(contractions('one.sql', statement)).toHaveLength(1);
    expect(contractions('one.sql', `-- contracts: no version since 0.4.0 reads it\n${statement}`)).toEqual([]);
    expect(contractions('one.sql', `-- contracts: gone\n${statement}`)).toHaveLength(1);
  });

  test('what only adds is not', () => {
    const added = "ALTER TABLE products ADD COLUMN sku text; -- DROP TABLE is for later\nSELECT 'DROP TABLE products';";
    expect(contractions('one.sql', added)).toEqual([]);
  });
});
