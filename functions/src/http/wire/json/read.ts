import { GatewayError } from '../../../domain/errors.ts';
import { optionalObject } from '../../../providers/wire.ts';
import type { JsonText } from './edit.ts';
import { scanObject } from './scan.ts';

/**
 * A request body that is to be passed on.
 *
 * @throws GatewayError `invalid_request` not UTF-8, not JSON, not an object, or one that parsers may differ about
 */
export function readJsonText(bytes: Uint8Array): JsonText {
  const text = decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new GatewayError('invalid_request', 'The body is not valid JSON.', { cause });
  }
  const body = optionalObject(value);
  if (!body) throw new GatewayError('invalid_request', 'The body must be a JSON object.');
  return { text, body, members: scanObject(text) };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new GatewayError('invalid_request', 'The body is not valid UTF-8.', { cause });
  }
}
