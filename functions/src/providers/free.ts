import { NO_USAGE } from '../domain/usage.ts';
import type { EndpointBound, Meter } from './contract.ts';

/** The bound and the meter of routes that providers do not bill: they count as requests alone. */
export const FREE: { bound: () => EndpointBound; meter: () => Meter } = {
  bound: () => ({ inputTokens: 0, outputTokens: 0, cacheWrites: 'none' }),
  meter: () => ({
    answer: () => {},
    event: () => 'other',
    reading: () => ({ usage: NO_USAGE, usageComplete: true, finishReason: 'stop', seenBytes: 0 }),
  }),
};
