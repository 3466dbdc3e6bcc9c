import { GatewayError } from '../../../domain/errors.ts';
import { optionalObject, type WireObject } from '../../../providers/wire.ts';
import { flag, positiveInteger, requiredText } from '../fields.ts';
import { type JsonText, memberObject, setMember } from '../json/edit.ts';

/** What the gateway needs to know of a chat completion's body. */
export interface ChatRequestFacts {
  model: string;
  stream: boolean;
  /** Whether the client asked for the chunk that reports the usage alone. */
  wantsUsage: boolean;
  /** `max_completion_tokens`, or its older name. */
  maximum: number | undefined;
}

/** @throws GatewayError `invalid_request` where a field that anything depends on is not of its type */
export function readChatRequest(body: WireObject): ChatRequestFacts {
  const maxima = [positiveInteger(body, 'max_completion_tokens'), positiveInteger(body, 'max_tokens')];
  positiveInteger(body, 'n');
  positiveInteger(body, 'best_of');
  const options = body['stream_options'];
  if (options != null && !optionalObject(options)) {
    throw new GatewayError('invalid_request', 'stream_options must be an object.');
  }
  const known = maxima.filter((maximum) => maximum !== undefined);
  return {
    model: requiredText(body, 'model'),
    stream: flag(body, 'stream'),
    wantsUsage: flag(optionalObject(options) ?? {}, 'include_usage'),
    maximum: known.length === 0 ? undefined : Math.max(...known),
  };
}

/** The body as it goes to a provider of the same format: three members at most are not as they came. */
export function editChatRequest(
  json: JsonText,
  { stream, wantsUsage, maximum }: ChatRequestFacts,
  set: { model: string; maximum: number },
): JsonText {
  let edited = json;
  if (json.body['model'] !== set.model) edited = setMember(edited, 'model', set.model);
  if (maximum === undefined) edited = setMember(edited, 'max_completion_tokens', set.maximum);
  if (stream && !wantsUsage) {
    const options = memberObject(edited, 'stream_options') ?? NONE;
    const { body, text } = setMember(options, 'include_usage', true);
    edited = setMember(edited, 'stream_options', body, text);
  }
  return edited;
}

const NONE: JsonText = { text: '{}', body: {}, members: [] };
