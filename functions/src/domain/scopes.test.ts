import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SCOPE_NAMES, SCOPES } from './scopes.ts';

interface Operation {
  security?: Record<string, string[]>[];
}
const { paths } = JSON.parse(readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
};
const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
const asked = operations.flatMap(({ security = [] }) => security.flatMap(({ apiKey = [] }) => apiKey));

describe('the table of scopes', () => {
  it('has a description of each', () => {
    expect(SCOPE_NAMES).toEqual(Object.keys(SCOPES));
    for (const text of Object.values(SCOPES)) expect(text).toMatch(/^[A-Z].{5,}/);
  });

  it('is what the documented routes ask for: nothing that is not in it, and nothing idle in it', () => {
    expect(new Set(asked)).toEqual(new Set(SCOPE_NAMES));
  });
});
