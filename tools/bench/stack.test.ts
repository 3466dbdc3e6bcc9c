import { expect, it } from 'vitest';
import { heapOptions } from './stack.ts';

it("takes the heap of Node's documented examples", () => {
  expect(heapOptions(512)).toBe('--max-old-space-size=256 --max-semi-space-size=1');
  expect(heapOptions(2048)).toBe('--max-old-space-size=1024 --max-semi-space-size=8');
});
