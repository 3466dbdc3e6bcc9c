import type { AuditRecord } from '#lib/api/types.ts';

export const ACTION_WORDS: Record<AuditRecord['action'], string> = {
  'api_key.created': 'Created',
  'api_key.updated': 'Changed',
  'api_key.rotated': 'Rotated',
  'api_key.revoked': 'Revoked',
  'api_key.expired': 'Expired',
  'api_key.use_refused': 'Use refused',
};

/** What an event changed, field by field: `name: a → b`; for refusals, what the server noted. */
export function changesOf({ before, after }: Pick<AuditRecord, 'before' | 'after'>): string[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names]
    .filter((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]))
    .map((name) =>
      before == null
        ? `${name}: ${show(after?.[name])}`
        : `${name}: ${show(before[name])} → ${show(after?.[name])}`,
    );
}

function show(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
