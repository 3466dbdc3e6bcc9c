import { GatewayError } from '../../domain/errors.ts';
import type { WireObject } from '../../providers/wire.ts';

// What the bound and the pass-through rely on has to be of the documented type: a provider may read `"2"` as 2.

/** A positive integer; undefined where it is absent or null. @throws GatewayError `invalid_request` otherwise */
export function positiveInteger(body: WireObject, name: string): number | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new GatewayError('invalid_request', `${name} must be a positive integer.`);
}

/** A boolean; false where it is absent or null. @throws GatewayError `invalid_request` otherwise */
export function flag(body: WireObject, name: string): boolean {
  const value = body[name];
  if (value === undefined || value === null) return false;
  if (typeof value === 'boolean') return value;
  throw new GatewayError('invalid_request', `${name} must be true or false.`);
}

/** A text that must be there. @throws GatewayError `invalid_request` otherwise */
export function requiredText(body: WireObject, name: string): string {
  const value = body[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new GatewayError('invalid_request', `${name} must be a text.`);
}
