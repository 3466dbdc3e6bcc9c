import { z } from '@hono/zod-openapi';
import { expect, it } from 'vitest';
import { issuesOf } from './issues.ts';

const schema = z.strictObject({
  content: z.union([z.string().min(1), z.array(z.strictObject({ text: z.string() })).min(1)]),
  choice: z.union([z.enum(['auto', 'none']), z.strictObject({ name: z.string() })]).optional(),
});
const found = (value: unknown) => {
  const { error } = schema.safeParse(value);
  return error && issuesOf(error).map(({ path, message }) => `${path}: ${message}`);
};

it.each([
  [{ content: '' }, ['content: Too small: expected string to have >=1 characters']],
  [{ content: [] }, ['content: Too small: expected array to have >=1 items']],
  [{ content: [{ text: 1 }] }, ['content.0.text: Invalid input: expected string, received number']],
  [{ content: 1 }, ['content: Invalid input']],
  [{ content: 'x', choice: { name: 'a', more: 1 } }, ['choice: Unrecognized key: "more"']],
  [{ content: 'x', choice: 'other' }, ['choice: Invalid input']],
  [
    { extra: 1, content: [{}] },
    ['content.0.text: Invalid input: expected string, received undefined', ': Unrecognized key: "extra"'],
  ],
])('%j', (value, expected) => {
  expect(found(value)).toEqual(expected);
});
