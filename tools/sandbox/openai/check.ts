import { isRecord, type JsonObject } from '../json.ts';
import { refuse, unknownModel } from './errors.ts';
import { type Family, familyOf } from './family.ts';

/** The checks that chat completions and responses share; each refusal is worded as OpenAI's. */

export function checkObject(body: unknown): JsonObject {
  if (!isRecord(body)) refuse('We expect a JSON object as the body of your request.', null, null);
  return body;
}

export function checkModel(body: JsonObject): string {
  const model = body['model'];
  if (model === undefined || model === '') refuse('you must provide a model parameter', null, null);
  if (typeof model !== 'string')
    refuse("Invalid type for 'model': expected a string.", 'model', 'invalid_type');
  if (model.startsWith('unknown')) unknownModel(model);
  return model;
}

export function checkKnown(body: JsonObject, known: ReadonlySet<string>): void {
  const stray = Object.keys(body).find((key) => !known.has(key));
  if (stray !== undefined) refuse(`Unknown parameter: '${stray}'.`, stray, 'unknown_parameter');
}

/** An integer within bounds; null and undefined are "not given". */
export function checkInteger(body: JsonObject, param: string, least: number): number | undefined {
  const value = body[param];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    refuse(`Invalid type for '${param}': expected an integer.`, param, 'invalid_type');
  }
  if (value < least) {
    refuse(
      `Invalid '${param}': integer below minimum value. Expected a value >= ${least}, but got ${value} instead.`,
      param,
      'integer_below_min_value',
    );
  }
  return value;
}

export function checkNumber(body: JsonObject, param: string, least: number, most: number): void {
  const value = body[param];
  if (value === undefined || value === null) return;
  if (typeof value !== 'number') {
    refuse(`Invalid type for '${param}': expected a decimal.`, param, 'invalid_type');
  }
  if (value < least) {
    refuse(
      `Invalid '${param}': decimal below minimum value. Expected a value >= ${least}, but got ${value} instead.`,
      param,
      'decimal_below_min_value',
    );
  }
  if (value > most) {
    refuse(
      `Invalid '${param}': decimal above maximum value. Expected a value <= ${most}, but got ${value} instead.`,
      param,
      'decimal_above_max_value',
    );
  }
}

export function checkLimit(param: string, value: number | undefined, model: string): void {
  const { maxOutputTokens } = familyOf(model);
  if (value === undefined || value <= maxOutputTokens) return;
  refuse(
    `${param} is too large: ${value}. This model supports at most ${maxOutputTokens} completion tokens, whereas you provided ${value}.`,
    param,
    'invalid_value',
  );
}

/** @param effort as the caller gave it. */
export function checkEffort(family: Family, effort: unknown, param: string): void {
  if (effort === undefined || effort === null) return;
  if (!family.reasoning) {
    refuse(
      `Unsupported parameter: '${param}' is not supported with this model.`,
      param,
      'unsupported_parameter',
    );
  }
  const supported = family.effortNone
    ? ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']
    : ['minimal', 'low', 'medium', 'high'];
  if (typeof effort === 'string' && supported.includes(effort)) return;
  const list = supported.map((value) => `'${value}'`).join(', ');
  refuse(
    `Unsupported value: '${param}' does not support '${String(effort)}' with this model. Supported values are: ${list}.`,
    param,
    'unsupported_value',
  );
}
