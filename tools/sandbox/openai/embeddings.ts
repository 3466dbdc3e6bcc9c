import { isRecord } from '../json.ts';
import type { Reply } from '../provider.ts';
import { countInputTokens } from '../tokens.ts';
import { vectorOf } from '../vector.ts';
import { checkInteger, checkKnown, checkModel, checkObject } from './check.ts';
import { refuse } from './errors.ts';

const KNOWN = new Set(['input', 'model', 'dimensions', 'encoding_format', 'user']);
/** Shorter than the real ones: 1536 and more. */
const DIMENSIONS = 8;

/** `POST /v1/embeddings`: a vector of length 1 that depends on the input alone. @throws {ReplyError} */
export function createEmbeddings(given: unknown): Reply {
  const body = checkObject(given);
  const model = checkModel(body);
  checkKnown(body, KNOWN);
  const dimensions = checkInteger(body, 'dimensions', 1) ?? DIMENSIONS;
  const format = body['encoding_format'] ?? 'float';
  if (format !== 'float' && format !== 'base64') {
    refuse(`Invalid value: '${String(format)}'.`, 'encoding_format', 'invalid_value');
  }
  const inputs = inputsOf(body['input']);
  const data = inputs.map((input, index) => {
    const vector = vectorOf(JSON.stringify([model, input]), dimensions);
    const bytes = Buffer.from(Float32Array.from(vector).buffer).toString('base64');
    return { object: 'embedding', index, embedding: format === 'base64' ? bytes : vector };
  });
  const tokens = inputs.reduce(
    (sum, input) => sum + (typeof input === 'string' ? countInputTokens(input) : input.length),
    0,
  );
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  return { kind: 'json', status: 200, body: { object: 'list', data, model, usage } };
}

/** One text or one list of tokens, or a list of either. */
function inputsOf(input: unknown): (string | number[])[] {
  if (input === undefined || isRecord(input)) {
    refuse("Missing required parameter: 'input'.", 'input', 'missing_required_parameter');
  }
  const isOne = typeof input === 'string' || (Array.isArray(input) && typeof input[0] === 'number');
  const inputs = isOne ? [input] : input;
  const isValid = (one: unknown) =>
    (typeof one === 'string' && one !== '') ||
    (Array.isArray(one) && one.every((token) => Number.isInteger(token)));
  if (!Array.isArray(inputs) || inputs.length === 0 || !inputs.every(isValid)) {
    refuse("'$.input' is invalid. Please check the API reference.", 'input', null);
  }
  return inputs as (string | number[])[];
}
