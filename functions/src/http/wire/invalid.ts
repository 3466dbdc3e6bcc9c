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
