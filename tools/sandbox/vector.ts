import { createRandom } from './random.ts';

/** A vector of length 1 that depends on the seed alone. */
export function vectorOf(seed: string, dimensions: number): number[] {
  const random = createRandom(seed);
  const raw = Array.from({ length: dimensions }, () => random.integer(2001) / 1000 - 1 || 0.5);
  const length = Math.hypot(...raw);
  return raw.map((each) => each / length);
}
