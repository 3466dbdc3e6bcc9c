/**
 * Money is whole nano-USD (1e-9 USD) inside and a decimal string outside.
 * Amounts are numbers where they are stored and compared (safe up to about 9 million USD), BigInt where they
 * are multiplied. No function here touches a fraction as a float.
 */

const NANO_PER_USD = 1_000_000_000n;
const USD_TEXT = /^(\d{1,12})(?:\.(\d{1,9}))?$/;

/** The number itself when it is a whole, non-negative amount that a double holds exactly; else a RangeError. */
export function assertNanoUsd(amount: number): number {
  if (!Number.isSafeInteger(amount) || amount < 0) {
    throw new RangeError(`Not a whole amount of nano-USD: ${amount}`);
  }
  return amount;
}

/** A BigInt amount as the number that is stored; a RangeError where a double could not hold it exactly. */
export function nanoUsdFromBigInt(amount: bigint): number {
  if (amount < 0n || amount > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new RangeError(`Out of the range of nano-USD: ${amount}`);
  }
  return Number(amount);
}

/** Whole nano-USD as `^\d+\.\d{2,9}$`, without trailing zeros past the second decimal: 123000 -> "0.000123". */
export function usdFromNano(amount: number | bigint): string {
  const nano = typeof amount === 'bigint' ? amount : BigInt(assertNanoUsd(amount));
  if (nano < 0n) throw new RangeError(`Not a whole amount of nano-USD: ${nano}`);
  const decimals = (nano % NANO_PER_USD)
    .toString()
    .padStart(9, '0')
    .replace(/0{1,7}$/, '');
  return `${nano / NANO_PER_USD}.${decimals}`;
}

/** "5.00" -> 5000000000. A RangeError for anything but a plain decimal of at most nine decimals. */
export function nanoFromUsd(text: string): number {
  const match = USD_TEXT.exec(text);
  if (match === null) throw new RangeError(`Not an amount of USD: ${JSON.stringify(text.slice(0, 40))}`);
  const [, whole = '0', decimals = ''] = match;
  return nanoUsdFromBigInt(BigInt(whole) * NANO_PER_USD + BigInt(decimals.padEnd(9, '0')));
}
