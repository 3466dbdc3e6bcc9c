import type { WireObject } from '../../providers/wire.ts';
import { flag, positiveInteger, requiredText } from './fields.ts';
import { type JsonText, setMember } from './json/edit.ts';

/** What the gateway needs to know of a request to a model. */
export interface ModelRequest {
  model: string;
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
    model: requiredText(body, 'model'),
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
