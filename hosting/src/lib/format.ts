/** `18 ms`, `1.18 s`, `2 min 03 s`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(2)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

const integer = new Intl.NumberFormat('en-US');

export function count(value: number): string {
  return integer.format(value);
}

/** A context window: `200K`, `1M`, `1.05M`. */
export function compact(tokens: number): string {
  if (tokens >= 1_000_000) return `${trim(tokens / 1_000_000, 2)}M`;
  return tokens >= 1000 ? `${trim(tokens / 1000, 0)}K` : String(tokens);
}

/** A price per million tokens as it is read aloud: `$1.25`, `$10`, `$0.075`. */
export function price(usd: string): string {
  const [whole = '0', fraction = ''] = usd.split('.');
  const digits = fraction.replace(/0+$/, '');
  return digits === '' ? `$${whole}` : `$${whole}.${digits.padEnd(2, '0')}`;
}

/** An exact decimal string of USD without trailing zeros, at least two decimals: `$0.000123`, `$1.50`. */
export function cost(usd: string): string {
  const [whole = '0', fraction = ''] = usd.split('.');
  return `$${whole}.${fraction.replace(/0+$/, '').padEnd(2, '0')}`;
}

/** An upper bound in USD, rounded up to two significant digits so that it stays one. */
export function upperCost(usd: number): string {
  if (usd <= 0) return '$0';
  const step = 10 ** (Math.floor(Math.log10(usd)) - 1);
  const decimals = Math.max(2, Math.ceil(-Math.log10(step)));
  return `$${(Math.ceil(usd / step - 1e-9) * step).toFixed(decimals)}`;
}

const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `512 B`, `1.4 MiB`. */
export function size(bytes: number): string {
  let step = 0;
  let value = bytes;
  while (value >= 1024 && step < SIZES.length - 1) {
    value /= 1024;
    step += 1;
  }
  return `${step === 0 ? value : Number(value.toFixed(value < 10 ? 1 : 0))} ${SIZES[step]}`;
}

function trim(value: number, decimals: number): string {
  return String(Number(value.toFixed(decimals)));
}
