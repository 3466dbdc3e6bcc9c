import { GatewayError } from '../../domain/errors.ts';
import type { WireObject } from '../../providers/wire.ts';
import { flag, positiveInteger, requiredText } from './fields.ts';
import { type JsonText, removeMember, setMember } from './json/edit.ts';

/** The models that a request names, in the order in which they are to be tried. */
export interface NamedByBody {
  model: string | undefined;
  models: string[];
}

/**
 * Takes `models`, the gateway's own extension, out of a body: a list of models, which are tried in order after
 * `model`, where there is one.
 *
 * @throws GatewayError `invalid_request` where a model is not named by a text, or none is named
 */
export function takeModels(json: JsonText): { json: JsonText; named: NamedByBody } {
  const models = json.body['models'] ?? [];
  const areTexts = Array.isArray(models) && models.every((each) => typeof each === 'string' && each !== '');
  if (!areTexts) throw new GatewayError('invalid_request', 'models must be a list of texts.');
  const isByListAlone = json.body['model'] === undefined && models.length > 0;
  const model = isByListAlone ? undefined : requiredText(json.body, 'model');
  return { json: removeMember(json, 'models'), named: { model, models } };
}

/** What else the gateway needs to know of a request to a model. */
export interface ModelRequest {
  stream: boolean;
  /** Of the output, in tokens. */
  maximum: number | undefined;
}

/**
 * @param maximum how the format calls the maximum of the output
 * @throws GatewayError `invalid_request` where a field that anything depends on is not of its type
 */
export function readModelRequest(body: WireObject, maximum: string): ModelRequest {
  return {
    stream: flag(body, 'stream'),
    maximum: positiveInteger(body, maximum),
  };
}

/** The body as it goes to a provider of the same format: the model by its id, and a maximum where there is none. */
export function editModelRequest(
  json: JsonText,
  asked: Pick<ModelRequest, 'maximum'>,
  set: { model: string; maximum: number; field: string },
): JsonText {
  const named = setModel(json, set.model);
  return asked.maximum === undefined ? setMember(named, set.field, set.maximum) : named;
}

/** The body with the model by its id; as it came, where it says that already. */
export function setModel(json: JsonText, model: string): JsonText {
  return json.body['model'] === model ? json : setMember(json, 'model', model);
}
