import { expect, test } from 'vitest';
import { listOf, localPath, parseSearch, stringifySearch } from './search-params.ts';

test('repeated parameters are lists, both ways', () => {
  expect(parseSearch('?m=gpt&m=azure/o3&x=1')).toEqual({ m: ['gpt', 'azure/o3'], x: '1' });
  expect(stringifySearch({ m: ['gpt', 'azure/o3'], x: 1, none: undefined })).toBe('?m=gpt&m=azure/o3&x=1');
  expect(stringifySearch({})).toBe('');
});

test('what a value holds survives the way through a URL', () => {
  const search = { m: ['a b', 'c&d=e', 'f%2Fg', 'h?i#j', '"k"'], redirect: '/playground?m=a&m=b' };
  expect(parseSearch(stringifySearch(search))).toEqual(search);
});

test('listOf takes one value, several or none', () => {
  expect(listOf('a')).toEqual(['a']);
  expect(listOf(['a', '', 3, 'b'])).toEqual(['a', 'b']);
  expect(listOf(undefined)).toEqual([]);
});

test.each([
  ['/playground?m=a', '/playground?m=a'],
  ['//evil.example', undefined],
  ['/\\evil.example', undefined],
  ['https://evil.example', undefined],
  ['javascript:alert(1)', undefined],
  [undefined, undefined],
])('after signing in, %s leads to %s', (target, path) => {
  expect(localPath(target)).toBe(path);
});
