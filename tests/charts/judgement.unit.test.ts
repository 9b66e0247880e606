import { expect, test } from 'vitest';
import { findingsOf, judgementOf } from '../../bin/charts/judgement.ts';
import { type Judge, judges } from '../../bin/charts/judges.ts';

const judge: Judge = {
  name: 'judge',
  version: '1.0.0',
  install: { by: 'pip', program: 'judge' },
  args: (files) => files,
  findings: (printed) => printed.split('\n').filter((line) => line.startsWith('BAD')),
  exceptions: [{ rule: 'BAD2', reason: 'It is accepted here, for the test.', owner: 'platform' }],
};
const ended = (status: number | null, stdout: string, stderr = '') => ({ status, stdout, stderr });

test('what a judge finds is open unless somebody accepted it, and an exception that nothing needs is open too', () => {
  expect(judgementOf(judge, ended(1, 'BAD1\nBAD2\nfine'))).toEqual({ open: ['BAD1'], excepted: 1 });
  expect(judgementOf(judge, ended(0, 'BAD2'))).toEqual({ open: [], excepted: 1 });
  expect(judgementOf(judge, ended(0, 'fine')).open).toEqual(['judge: nothing needs the exception BAD2 any more.']);
});

test('a judge that ends otherwise than it should has judged nothing', () => {
  expect(() => findingsOf(judge, ended(1, 'fine', 'Traceback: no module'))).toThrow(
    'judge ended with 1 and judged nothing: Traceback: no module',
  );
  expect(() => findingsOf(judge, ended(2, 'BAD1'))).toThrow(/ended with 2/);
  expect(() => findingsOf(judge, ended(null, ''))).toThrow(/ended with null/);
  const checkov = judges.find(({ name }) => name === 'checkov');
  expect(() => checkov && findingsOf(checkov, ended(0, 'not JSON'))).toThrow(
    'checkov printed what nobody can read: not JSON',
  );
});
