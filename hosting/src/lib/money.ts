const DIGITS = 9;
const NANO_PER_CENT = 10_000_000n;

/** An exact decimal string of USD (`^\d+(\.\d{1,9})?$`) in nano-USD. */
export function nanoUsd(usd: string): bigint {
  const [whole = '0', fraction = ''] = usd.split('.');
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(DIGITS, '0').slice(0, DIGITS));
}

/** Nano-USD as the exact decimal string that the API speaks. */
export function usdOf(nano: bigint): string {
  return `${nano / 1_000_000_000n}.${String(nano % 1_000_000_000n).padStart(DIGITS, '0')}`;
}

/** What was spent, to the cent: `$13.37`, `$1,204.00`; `<$0.01` for what is less than a cent and not nothing. */
export function spend(usd: string): string {
  const nano = nanoUsd(usd);
  if (nano > 0n && nano < NANO_PER_CENT) return '<$0.01';
  const cents = (nano + NANO_PER_CENT / 2n) / NANO_PER_CENT;
  const whole = (cents / 100n).toLocaleString('en-US');
  return `$${whole}.${String(cents % 100n).padStart(2, '0')}`;
}

/** A sum that was set rather than spent: `$50`, `$0.50`. */
export function amount(usd: string): string {
  return spend(usd).replace(/\.00$/, '');
}

/** `part` of `whole`, between 0 and 1 or above; 0 where there is no whole. */
export function share(part: string, whole: string): number {
  const all = nanoUsd(whole);
  return all === 0n ? 0 : Number((nanoUsd(part) * 10_000n) / all) / 10_000;
}
