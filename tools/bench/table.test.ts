import { expect, it } from 'vitest';
import { table } from './table.ts';

it('aligns its columns and shows numbers to three digits', () => {
  const text = table(
    ['system', 'p50'],
    [
      ['direct', 1.2345],
      ['a longer name', 12.345],
      ['none', Number.NaN],
      ['many', 1234.5],
    ],
  );
  expect(text).toBe(
    [
      '| system        |  p50 |',
      '|---------------|-----:|',
      '| direct        | 1.23 |',
      '| a longer name | 12.3 |',
      '| none          |    - |',
      '| many          | 1235 |',
    ].join('\n'),
  );
});
