import { GatewayError } from '../../domain/errors.ts';
import { mergePatch } from '../../domain/merge-patch.ts';
import type { ApiKeyChoices } from './api-key.ts';

const OBJECTS = ['budget', 'limits', 'rotation', 'tags'] as const;
type ObjectField = (typeof OBJECTS)[number];

/** A merge patch of what the owner chose: of an object, the parts that are to change; null clears. */
export type ApiKeyPatch = Partial<Omit<ApiKeyChoices, ObjectField>> & {
  [F in ObjectField]?: { [K in keyof NonNullable<ApiKeyChoices[F]>]?: unknown } | null;
};

const MOST_TAGS = 20;

/**
 * RFC 7396: what the patch makes of the choices; only those that it names.
 *
 * @throws GatewayError `invalid_request` where an object would be left incomplete, or too large
 */
export function mergeChoices(before: ApiKeyChoices, patch: ApiKeyPatch): Partial<ApiKeyChoices> {
  const { budget, limits, rotation, tags, ...plain } = patch;
  const merged: Partial<Record<ObjectField, object | null>> = {};
  for (const [field, change] of Object.entries({ budget, limits, rotation, tags })) {
    if (change === undefined) continue;
    const name = field as ObjectField;
    const value = change && mergePatch<object>(before[name] ?? {}, change);
    if (value) assertSound(name, value);
    merged[name] = value && Object.keys(value).length > 0 ? value : null;
  }
  return { ...plain, ...(merged as Partial<Pick<ApiKeyChoices, ObjectField>>) };
}

function assertSound(field: ObjectField, value: object): void {
  if (field === 'budget' && !('nanoUsd' in value && 'period' in value)) {
    throw new GatewayError('invalid_request', 'budget: needs both usd and period.');
  }
  if (field === 'rotation' && !('everyDays' in value && 'graceSeconds' in value)) {
    throw new GatewayError('invalid_request', 'rotation: needs both everyDays and graceSeconds.');
  }
  if (field === 'tags' && Object.keys(value).length > MOST_TAGS) {
    throw new GatewayError('invalid_request', `tags: would be more than ${MOST_TAGS}.`);
  }
}
