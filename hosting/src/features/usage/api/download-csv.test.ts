import { expect, test } from 'vitest';
import { nextCursor, withoutHeader } from './download-csv.ts';

test('the next page’s cursor is read out of the Link header', () => {
  expect(nextCursor('<https://a.b/api/v1/usage?limit=2&cursor=x%2By>; rel="next"')).toBe('x+y');
  expect(nextCursor('</api/v1/usage?cursor=z>; rel=next')).toBe('z');
  expect(nextCursor('</a?cursor=1>; rel="prev", </a?cursor=2>; rel="next"')).toBe('2');
  expect(nextCursor('</a?cursor=1>; rel="prev"')).toBeUndefined();
  expect(nextCursor(null)).toBeUndefined();
});

test('a further page loses its header alone', () => {
  expect(withoutHeader('id,model\r\n1,a\r\n2,b\r\n')).toBe('1,a\r\n2,b\r\n');
  expect(withoutHeader('id,model')).toBe('');
});
