import { expect, it } from 'vitest';
import { decodable } from './tolerate-urls.ts';

it.each(['/', '/api/v1/usage?from=%E0%A4%A', '/admin/users/a%2Fb', '/%F0%9F%8C%8A', '*', ''])(
  'leaves %j',
  (url) => {
    expect(decodable(url)).toBe(url);
  },
);

it.each([
  ['/%E0%A4%A', '/%25E0%25A4%25A'],
  ['/a%2Fb/%', '/a%252Fb/%25'],
  ['/%FF?x=%FF', '/%25FF?x=%FF'],
])('makes %j decodable: %j', (url, expected) => {
  expect(decodable(url)).toBe(expected);
  expect(() => decodeURIComponent(expected.split('?')[0] ?? '')).not.toThrow();
});
