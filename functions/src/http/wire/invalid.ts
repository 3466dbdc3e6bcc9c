import { GatewayError } from '../../domain/errors.ts';
import { optionalObject, type WireObject } from '../../providers/wire.ts';

// Of a request that is to be converted more has to be right than of one that is passed on.

export function invalid(path: string, what: string): never {
  throw new GatewayError('invalid_request', `${path} ${what}.`, { details: { field: path } });
}

export function objectAt(value: unknown, path: string): WireObject {
  return optionalObject(value) ?? invalid(path, 'must be an object');
}

export function arrayAt(value: unknown, path: string): unknown[] {
  return Array.isArray(value) ? value : invalid(path, 'must be a list');
}

export function textAt(value: unknown, path: string): string {
  return typeof value === 'string' ? value : invalid(path, 'must be a text');
}

/** A text; undefined where it is absent or null. */
export function optionalTextAt(value: unknown, path: string): string | undefined {
  return value === undefined || value === null ? undefined : textAt(value, path);
}

/** An object; empty where it is absent or null. */
export function optionalObjectAt(value: unknown, path: string): WireObject {
  return value === undefined || value === null ? {} : objectAt(value, path);
}

/** A boolean; undefined where it is absent or null. */
export function optionalFlagAt(value: unknown, path: string): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'boolean' ? value : invalid(path, 'must be true or false');
}
