/** Tiers at the standard price or below it; `priority` costs more. */
const PRICED_TIERS: readonly unknown[] = [undefined, null, 'auto', 'default', 'flex'];

export function isPricedTier(tier: unknown): boolean {
  return PRICED_TIERS.includes(tier);
}
