import { GatewayError } from '../../../domain/errors.ts';
import { optionalObject, type WireObject } from '../../../providers/wire.ts';
import { flag, positiveInteger } from '../fields.ts';
import { type JsonText, memberObject, setMember } from '../json/edit.ts';
import { editModelRequest, type ModelRequest, readModelRequest } from '../model-request.ts';

export const CHAT_MAXIMUM = 'max_completion_tokens';

/** What the gateway needs to know of a chat completion's body; its maximum has an older name, `max_tokens`. */
export interface ChatRequestFacts extends ModelRequest {
  /** Whether the client asked for the chunk that reports the usage alone. */
  wantsUsage: boolean;
}

/** @throws GatewayError `invalid_request` where a field that anything depends on is not of its type */
export function readChatRequest(body: WireObject): ChatRequestFacts {
  const request = readModelRequest(body, CHAT_MAXIMUM);
  const known = [request.maximum, positiveInteger(body, 'max_tokens')].filter((each) => each !== undefined);
  positiveInteger(body, 'n');
  positiveInteger(body, 'best_of');
  const options = body['stream_options'];
  if (options != null && !optionalObject(options)) {
    throw new GatewayError('invalid_request', 'stream_options must be an object.');
  }
  return {
    ...request,
    wantsUsage: flag(optionalObject(options) ?? {}, 'include_usage'),
    maximum: known.length === 0 ? undefined : Math.max(...known),
  };
}

/** The body as it goes to a provider of the same format: three members at most are not as they came. */
export function editChatRequest(
  json: JsonText,
  facts: ChatRequestFacts,
  set: { model: string; maximum: number },
): JsonText {
  const edited = editModelRequest(json, facts, { ...set, field: CHAT_MAXIMUM });
  if (!facts.stream || facts.wantsUsage) return edited;
  const options = memberObject(edited, 'stream_options') ?? NONE;
  const { body, text } = setMember(options, 'include_usage', true);
  return setMember(edited, 'stream_options', body, text);
}

const NONE: JsonText = { text: '{}', body: {}, members: [] };
