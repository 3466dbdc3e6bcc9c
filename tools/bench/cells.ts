import { noSamples, type Samples } from './drive.ts';
import type { Mode } from './systems.ts';

export const CONCURRENCIES = [1, 32] as const;
export const MOST_CONCURRENT = Math.max(...CONCURRENCIES);
export const MODES = ['whole', 'streamed'] as const satisfies Mode[];

/** What was measured: one cell a system, mode and concurrency. */
export class Cells {
  readonly #samples = new Map<string, Samples>();

  of(system: string, mode: Mode, concurrency: number): Samples {
    const key = `${system}|${mode}|${concurrency}`;
    const samples = this.#samples.get(key) ?? noSamples();
    this.#samples.set(key, samples);
    return samples;
  }
}
