import type { z } from 'zod';
import type { usageItemSchema } from './usage-query.ts';

type Item = z.infer<typeof usageItemSchema>;

const COLUMNS = [
  'id',
  'timestamp',
  'userId',
  'apiKeyId',
  'provider',
  'model',
  'route',
  'inputTokens',
  'outputTokens',
  'cachedInputTokens',
  'cacheWriteInputTokens',
  'reasoningTokens',
  'costUsd',
  'latencyMs',
  'timeToFirstTokenMs',
  'status',
  'terminationReason',
  'source',
  'attempts',
  'images',
  'seconds',
  'bytes',
] as const;

const NO_UNITS = { images: undefined, seconds: undefined, bytes: undefined };

/** A page of usage as CSV (RFC 4180); `attempts` is their number. */
export function toCsv(items: readonly Item[]): string {
  const rows = items.map((item) => {
    const cells = {
      ...item,
      ...NO_UNITS,
      ...item.units,
      costUsd: item.cost.usd,
      attempts: item.attempts.length,
    };
    return COLUMNS.map((column) => cell(cells[column]));
  });
  return [COLUMNS, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

function cell(value: string | number | undefined): string {
  if (value === undefined) return '';
  const text = String(value);
  // A spreadsheet takes a cell that starts so for a formula (OWASP, CSV injection).
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
