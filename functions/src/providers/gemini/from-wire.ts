import { type ChatResult, type FinishReason, type ToolCall, UpstreamError } from '../contract.ts';
import { optionalArray, optionalObject, type WireObject, wireObject } from '../wire.ts';
import { usageOf } from './usage.ts';

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  // More would come, under a token that nobody asks with.
  CONTINUATION: 'length',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
};

/** An answer of `generateContent`: its text and its calls; thoughts are left out. */
export function fromWire(value: unknown): ChatResult {
  const response = wireObject(value, 'the response');
  const finishReason = finishReasonOf(response);
  if (finishReason === undefined) throw new UpstreamError('malformed', 'the response has no finish reason');
  const calls = new CallReader();
  const parts = partsOf(response);
  const toolCalls = parts.flatMap((part) => calls.read(part, response['responseId']) ?? []);
  const id = response['responseId'];
  return {
    content: parts.map(textOf).join(''),
    ...(toolCalls.length > 0 && { toolCalls }),
    finishReason: called(finishReason, toolCalls.length > 0),
    usage: usageOf(response['usageMetadata']),
    ...(typeof id === 'string' && { upstreamRequestId: id }),
  };
}

/** The parts of the first candidate; one is all that is asked for. */
export function partsOf(response: WireObject): WireObject[] {
  const content = optionalObject(candidateOf(response)?.['content']);
  return optionalArray(content?.['parts'])
    .map(optionalObject)
    .filter((part) => part !== undefined);
}

function candidateOf(response: WireObject): WireObject | undefined {
  return optionalObject(optionalArray(response['candidates'])[0]);
}

/** What a part says to the user; empty for a thought and for whatever is no text. */
export function textOf({ text, thought }: WireObject): string {
  return typeof text === 'string' && thought !== true ? text : '';
}

/** Reads the calls of one answer, in order. */
export class CallReader {
  #count = 0;

  /** The call in a part, if there is one. @param responseId of the answer: a call without an id gets its own */
  read({ functionCall, thoughtSignature }: WireObject, responseId: unknown): ToolCall | undefined {
    const call = optionalObject(functionCall);
    if (!call) return undefined;
    const { id, name, args } = call;
    this.#count += 1;
    return {
      id: typeof id === 'string' && id !== '' ? id : `call_${responseId}_${this.#count}`,
      name: `${name}`,
      arguments: JSON.stringify(args ?? {}),
      ...(typeof thoughtSignature === 'string' && { signature: thoughtSignature }),
    };
  }
}

/** Why the answer, or this piece of it, is over; undefined: it is not. A prompt that is blocked has no candidates. */
export function finishReasonOf(response: WireObject): FinishReason | undefined {
  const reason = candidateOf(response)?.['finishReason'];
  if (typeof reason === 'string') return FINISH_REASONS[reason] ?? 'unknown';
  return optionalObject(response['promptFeedback'])?.['blockReason'] == null ? undefined : 'content_filter';
}

/** Google ends an answer that calls functions as any other. */
export function called(reason: FinishReason, hasCalls: boolean): FinishReason {
  return reason === 'stop' && hasCalls ? 'tool_calls' : reason;
}
