import type { TokenUsage } from '../../../domain/usage.ts';
import { UpstreamError } from '../../../providers/contract.ts';
import { usageIn } from '../../../providers/openai/from-wire.ts';
import { optionalArray, optionalObject, type WireObject } from '../../../providers/wire.ts';
import { eventObject, type StreamConverter } from '../convert.ts';
import { emptyMessage, messageUsage, stopReasonOf, thoughtsIn } from './answer.ts';

type BlockKind = 'thinking' | 'text' | 'refusal' | `call ${number}`;

/**
 * The chunks of a streamed completion as the events of a streamed message; see `completionToMessage`. The input
 * tokens are known at the end alone, so `message_start` says 0 and `message_delta` says what they were.
 */
export class CompletionEvents implements StreamConverter {
  #isOpen = false;
  #block: BlockKind | undefined;
  #index = -1;
  readonly #seen = new Set<BlockKind>();
  #finishReason: unknown;
  #refused = false;
  #usage: TokenUsage | undefined;

  event(data: string): string | undefined {
    if (data === '[DONE]') return undefined;
    const chunk = eventObject(data);
    this.#usage = usageIn(chunk) ?? this.#usage;
    const choice = optionalObject(optionalArray(chunk['choices'])[0]);
    if (!choice) return undefined;
    const out = [this.#start(chunk)];
    const delta = optionalObject(choice['delta']) ?? {};
    out.push(this.#say('thinking', thoughtsIn(delta), (thinking) => ({ type: 'thinking_delta', thinking })));
    out.push(this.#say('text', delta['content'], textDelta));
    out.push(this.#say('refusal', delta['refusal'], textDelta));
    for (const call of optionalArray(delta['tool_calls'])) out.push(this.#call(optionalObject(call) ?? {}));
    this.#finishReason = choice['finish_reason'] ?? this.#finishReason;
    return out.join('') || undefined;
  }

  end(): string {
    const delta = {
      stop_reason: stopReasonOf(this.#finishReason, this.#refused),
      stop_sequence: null,
      stop_details: null,
      container: null,
    };
    return [
      this.#close(),
      sse({ type: 'message_delta', delta, usage: messageUsage(this.#usage) }),
      sse({ type: 'message_stop' }),
    ].join('');
  }

  #start({ id, model }: WireObject): string {
    if (this.#isOpen) return '';
    this.#isOpen = true;
    return sse({
      type: 'message_start',
      message: { ...emptyMessage(id, model), usage: messageUsage(undefined) },
    });
  }

  #say(kind: BlockKind, text: unknown, toDelta: (text: string) => WireObject): string {
    if (typeof text !== 'string' || text === '') return '';
    this.#refused ||= kind === 'refusal';
    const block =
      kind === 'thinking'
        ? { type: 'thinking', thinking: '', signature: '' }
        : { type: 'text', text: '', citations: null };
    return this.#open(kind, block) + this.#delta(toDelta(text));
  }

  #call({ index = 0, id, function: called }: WireObject): string {
    const { name, arguments: input } = optionalObject(called) ?? {};
    const opened = this.#open(`call ${Number(index)}`, { type: 'tool_use', id, name, input: {} });
    if (typeof input !== 'string' || input === '') return opened;
    return opened + this.#delta({ type: 'input_json_delta', partial_json: input });
  }

  /** One block after the other, as Anthropic's clients expect them. */
  #open(kind: BlockKind, content_block: WireObject): string {
    if (this.#block === kind) return '';
    if (this.#seen.has(kind)) throw new UpstreamError('malformed', 'the parts of an answer come mixed');
    const closed = this.#close();
    // Text may go on after something else has been said; a call may not.
    if (kind.startsWith('call')) this.#seen.add(kind);
    this.#block = kind;
    this.#index += 1;
    return closed + sse({ type: 'content_block_start', index: this.#index, content_block });
  }

  #delta(delta: WireObject): string {
    return sse({ type: 'content_block_delta', index: this.#index, delta });
  }

  #close(): string {
    if (this.#block === undefined) return '';
    this.#block = undefined;
    return sse({ type: 'content_block_stop', index: this.#index });
  }
}

const textDelta = (text: string): WireObject => ({ type: 'text_delta', text });

function sse(event: WireObject): string {
  return `event: ${event['type']}\ndata: ${JSON.stringify(event)}\n\n`;
}
