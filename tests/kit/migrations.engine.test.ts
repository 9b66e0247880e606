import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate } from '../../services/kit/migrations.ts';
import { createDatabase } from '../harness/postgres.ts';

let folder: string;
let sql: Sql;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'migrations-'));
  sql = postgres(await createDatabase('kit'), { max: 6, onnotice: () => {} });
});
afterEach(async () => {
  await sql.end();
  rmSync(folder, { recursive: true });
});

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const tables = async () => {
  const rows = await sql<{ name: string }[]>`
    SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`;
  return rows.map((row) => row.name).filter((name) => name !== 'schema_migrations');
};

test('files are applied once, in the order of their names', async () => {
  write('0002-b.sql', 'CREATE TABLE b(a int REFERENCES a(id));');
  write('0001-a.sql', 'CREATE TABLE a(id int PRIMARY KEY);');
  write('notes.md', 'not a migration');
  expect(await migrate(sql, folder)).toEqual(['0001-a.sql', '0002-b.sql']);
  expect(await migrate(sql, folder)).toEqual([]);
  write('0003-c.sql', 'CREATE TABLE c(); CREATE TABLE d();');
  expect(await migrate(sql, folder)).toEqual(['0003-c.sql']);
  expect(await tables()).toEqual(['a', 'b', 'c', 'd']);
});

test('a file that fails leaves nothing of itself and stops those after it', async () => {
  write('0001-a.sql', 'CREATE TABLE a();');
  write('0002-b.sql', 'CREATE TABLE b(); SELECT nonsense;');
  write('0003-c.sql', 'CREATE TABLE c();');
  await expect(migrate(sql, folder)).rejects.toThrow('nonsense');
  expect(await tables()).toEqual(['a']);
  write('0002-b.sql', 'CREATE TABLE b();');
  expect(await migrate(sql, folder)).toEqual(['0002-b.sql', '0003-c.sql']);
});

test('a file that was changed or removed after it was applied is refused by name', async () => {
  write('0001-a.sql', 'CREATE TABLE a();');
  await migrate(sql, folder);
  write('0001-a.sql', 'CREATE TABLE a(id int);');
  await expect(migrate(sql, folder)).rejects.toThrow('Migration 0001-a.sql was changed');
  rmSync(join(folder, '0001-a.sql'));
  await expect(migrate(sql, folder)).rejects.toThrow('Migration 0001-a.sql was applied to this database but is not in');
});

test('several at once wait for each other and each file is applied by one', async () => {
  write('0001-a.sql', 'CREATE TABLE a(); SELECT pg_sleep(0.1);');
  write('0002-b.sql', 'CREATE TABLE b();');
  const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(sql, folder)));
  expect(applied.flat().sort()).toEqual(['0001-a.sql', '0002-b.sql']);
});
