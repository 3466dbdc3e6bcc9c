import { nanoUsdFromBigInt } from './money.ts';

/**
 * What work that is no call to a chat model costs: whole nano-USD a unit. The one table; each price names its source.
 * What a provider charges for images and videos stands with its models (providers/prices).
 */
export const MEDIA_PRICES = {
  /** A GiB kept for 30 days: 0.02 USD, https://cloud.google.com/storage/pricing (Standard, us-central1). */
  storageGibMonth: 20_000_000,
  /**
   * A second of one vCPU and 2 GiB, which a manipulation may take: 0.000024 + 2 * 0.0000025 USD,
   * https://cloud.google.com/run/pricing (request-based billing, tier 1).
   */
  computeSecond: 29_000,
  /**
   * A second of video that is worked on: one second of the worker, two vCPUs and 4 GiB; about what encoding one at
   * 1080p takes. Source as above.
   */
  videoSecond: 58_000,
} as const;

const GIB = 1024n ** 3n;
export const MONTH_MS = 30 * 86_400_000;

/** What it costs to keep so many bytes for so long, rounded up to whole nano-USD. */
export function storageNanoUsd(bytes: number, ms: number): number {
  const product = BigInt(bytes) * BigInt(Math.ceil(ms)) * BigInt(MEDIA_PRICES.storageGibMonth);
  const per = GIB * BigInt(MONTH_MS);
  return nanoUsdFromBigInt((product + per - 1n) / per);
}

/** What so many milliseconds of computing cost, rounded up. */
export const computeNanoUsd = (ms: number): number => Math.ceil((ms * MEDIA_PRICES.computeSecond) / 1000);
