import { type ChatEvent, type ChatResult, UpstreamError } from './contract.ts';

/**
 * The most tokens to wait for in one unstreamed answer. Its headers come with its end, and Node's `fetch` gives
 * up on headers after 300 s (undici's `headersTimeout`); at the 128,000 tokens an hour that Anthropic's SDK
 * reckons with, that is 10,666 tokens. Longer ones are streamed and folded, which looks the same to the caller.
 */
export const UNSTREAMED_TOKENS = 10_000;

/** Reads a stream to its end and answers what the unstreamed call would have. */
export async function foldStream(events: AsyncIterable<ChatEvent>): Promise<ChatResult> {
  const result: ChatResult = { content: '', finishReason: 'unknown', usage: undefined };
  let partialUsage: ChatResult['usage'];
  try {
    for await (const event of events) {
      if (event.type === 'text') result.content += event.text;
      else if (event.type === 'toolCall') result.toolCalls = [...(result.toolCalls ?? []), event.toolCall];
      else if (event.type === 'finish') result.finishReason = event.finishReason;
      else if (event.type === 'usage') {
        partialUsage = event.usage;
        if (event.complete) result.usage = event.usage;
      } else if (event.type === 'start' && event.upstreamRequestId !== undefined) {
        result.upstreamRequestId = event.upstreamRequestId;
      }
    }
  } catch (error) {
    if (!(error instanceof UpstreamError) || partialUsage === undefined) throw error;
    throw new UpstreamError(error.kind, error.message, { ...error, partialUsage });
  }
  return result;
}
