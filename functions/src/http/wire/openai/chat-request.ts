import { GatewayError } from '../../../domain/errors.ts';
import type { ChatDialect } from '../../../providers/contract.ts';
import { optionalObject, type WireObject } from '../../../providers/wire.ts';
import { flag, positiveInteger } from '../fields.ts';
import { type JsonText, memberObject, removeMember, setMember } from '../json/edit.ts';
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

/**
 * The body as it goes to a provider of the same format: three members at most are not as they came. A provider that
 * has another name for the maximum, or reports a stream's usage unasked, would read past ours.
 */
export function editChatRequest(
  json: JsonText,
  facts: ChatRequestFacts,
  set: { model: string; maximum: number; dialect?: ChatDialect | undefined },
): JsonText {
  const { maximum: field = CHAT_MAXIMUM, unknown } = set.dialect ?? {};
  const misnamed = field !== CHAT_MAXIMUM && json.body[CHAT_MAXIMUM] != null;
  const named = misnamed ? setMember(removeMember(json, CHAT_MAXIMUM), field, set.maximum) : json;
  const edited = editModelRequest(named, facts, { ...set, field });
  if (unknown?.has('stream_options')) return removeMember(edited, 'stream_options');
  if (!facts.stream || facts.wantsUsage) return edited;
  const options = memberObject(edited, 'stream_options') ?? NONE;
  const { body, text } = setMember(options, 'include_usage', true);
  return setMember(edited, 'stream_options', body, text);
}

const NONE: JsonText = { text: '{}', body: {}, members: [] };
