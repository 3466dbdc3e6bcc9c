import { nanoUsdFromBigInt, usdFromNano } from './money.ts';
import type { PriceSnapshot, Rates, TokenUsage } from './usage.ts';

/** Rates that replace the base rates for the whole request once its input is longer than the threshold. */
export interface PriceTier {
  aboveInputTokens: number;
  rates: Rates;
}

/** The price of a model at one moment. Tiers rise by threshold. */
export interface Price {
  source: string;
  base: Rates;
  tiers: readonly PriceTier[];
}

/** Upper bounds in tokens, and which cache writes the request can be billed for (absent: any). */
export interface BillableBound {
  inputTokens: number;
  outputTokens: number;
  cacheWrites?: 'none' | '5m';
}

const PER_MILLION = 1_000_000n;

/** The rates at which a request with that much input (cached and cache-write tokens included) is billed. */
export function snapshotFor(price: Price, inputTokens: number): PriceSnapshot {
  const tier = price.tiers.findLast(({ aboveInputTokens }) => inputTokens > aboveInputTokens);
  return tier === undefined
    ? { source: price.source, ...price.base }
    : { source: price.source, ...tier.rates, aboveInputTokens: tier.aboveInputTokens };
}

/** What a call cost in whole nano-USD. */
export function costNanoUsd(usage: TokenUsage, price: Price): number {
  return costAtRates(usage, snapshotFor(price, usage.inputTokens));
}

/** What a call cost at given rates, in whole nano-USD: exact products, one rounding up of their sum. */
export function costAtRates(usage: TokenUsage, rates: Rates): number {
  const written1h = usage.cacheWrite1hInputTokens ?? 0;
  // A report may not add up; what it names is billed, nothing is billed below zero.
  const written5m = Math.max(0, usage.cacheWriteInputTokens - written1h);
  const fresh = Math.max(0, usage.inputTokens - usage.cachedInputTokens - usage.cacheWriteInputTokens);
  const pictures = Math.min(fresh, usage.imageInputTokens ?? 0);
  const made = Math.min(usage.outputTokens, usage.imageOutputTokens ?? 0);
  const {
    input,
    cachedInput = input,
    cacheWriteInput = input,
    cacheWrite1hInput = cacheWriteInput,
    imageInput = input,
    output,
    imageOutput = output,
  } = rates;
  return roundUp(
    product(fresh - pictures, input) +
      product(pictures, imageInput) +
      product(usage.cachedInputTokens, cachedInput) +
      product(written5m, cacheWriteInput) +
      product(written1h, cacheWrite1hInput) +
      product(usage.outputTokens - made, output) +
      product(made, imageOutput),
  );
}

/**
 * The most that a request within the bound can cost, in whole nano-USD: each side at the dearest rate that can
 * apply to it. A tier can apply once the bound passes its threshold.
 */
export function boundNanoUsd(bound: BillableBound, price: Price): number {
  const reachable = price.tiers.filter(({ aboveInputTokens }) => bound.inputTokens > aboveInputTokens);
  const rates = [price.base, ...reachable.map((tier) => tier.rates)];
  const input = Math.max(...rates.map((rate) => dearestInput(rate, bound.cacheWrites)));
  const output = Math.max(...rates.map((rate) => Math.max(rate.output, rate.imageOutput ?? 0)));
  return roundUp(product(bound.inputTokens, input) + product(bound.outputTokens, output));
}

function dearestInput(rates: Rates, cacheWrites: BillableBound['cacheWrites']): number {
  const { input, cachedInput = 0, cacheWriteInput = 0, cacheWrite1hInput = 0, imageInput = 0 } = rates;
  return Math.max(
    input,
    cachedInput,
    imageInput,
    cacheWrites === 'none' ? 0 : cacheWriteInput,
    cacheWrites === undefined ? cacheWrite1hInput : 0,
  );
}

/** Rates as decimal USD strings, for callers. */
export type PublicRates = { [rate in keyof Rates]: string };

/** A price as callers see it; `longContext` lists the tiers. */
export type PublicPrice = PublicRates & { longContext?: ({ aboveInputTokens: number } & PublicRates)[] };

/** USD per million tokens: {input: "2.00", output: "10.00", …}. */
export function publicPrice(price: Price): PublicPrice {
  const longContext = price.tiers.map(({ aboveInputTokens, rates }) => ({
    aboveInputTokens,
    ...publicRates(rates),
  }));
  return { ...publicRates(price.base), ...(longContext.length === 0 ? {} : { longContext }) };
}

function publicRates(rates: Rates): PublicRates {
  const { input, output, cachedInput, cacheWriteInput, cacheWrite1hInput, imageInput, imageOutput } = rates;
  return {
    input: usdFromNano(input),
    output: usdFromNano(output),
    ...(cachedInput === undefined ? {} : { cachedInput: usdFromNano(cachedInput) }),
    ...(cacheWriteInput === undefined ? {} : { cacheWriteInput: usdFromNano(cacheWriteInput) }),
    ...(cacheWrite1hInput === undefined ? {} : { cacheWrite1hInput: usdFromNano(cacheWrite1hInput) }),
    ...(imageInput === undefined ? {} : { imageInput: usdFromNano(imageInput) }),
    ...(imageOutput === undefined ? {} : { imageOutput: usdFromNano(imageOutput) }),
  };
}

function product(tokens: number, rate: number): bigint {
  return BigInt(tokens) * BigInt(rate);
}

function roundUp(nanoUsdTimesMillion: bigint): number {
  return nanoUsdFromBigInt((nanoUsdTimesMillion + PER_MILLION - 1n) / PER_MILLION);
}
