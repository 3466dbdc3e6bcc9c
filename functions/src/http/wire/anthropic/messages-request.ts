import type { WireObject } from '../../../providers/wire.ts';
import { flag, positiveInteger, requiredText } from '../fields.ts';
import { type JsonText, setMember } from '../json/edit.ts';

/** What the gateway needs to know of a message's body. */
export interface MessagesRequestFacts {
  model: string;
  stream: boolean;
  maximum: number | undefined;
}

/** @throws GatewayError `invalid_request` where a field that anything depends on is not of its type */
export function readMessagesRequest(body: WireObject): MessagesRequestFacts {
  return {
    model: requiredText(body, 'model'),
    stream: flag(body, 'stream'),
    maximum: positiveInteger(body, 'max_tokens'),
  };
}

/** The body as it goes to a provider of the same format: two members at most are not as they came. */
export function editMessagesRequest(
  json: JsonText,
  { maximum }: MessagesRequestFacts,
  set: { model: string; maximum: number },
): JsonText {
  let edited = json;
  if (json.body['model'] !== set.model) edited = setMember(edited, 'model', set.model);
  return maximum === undefined ? setMember(edited, 'max_tokens', set.maximum) : edited;
}
