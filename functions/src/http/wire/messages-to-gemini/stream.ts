import type { TokenUsage } from '../../../domain/usage.ts';
import type { FinishReason, ToolCall } from '../../../providers/contract.ts';
import { CallReader, finishReasonOf, partsOf, textOf } from '../../../providers/gemini/from-wire.ts';
import { usageOf } from '../../../providers/gemini/usage.ts';
import type { WireObject } from '../../../providers/wire.ts';
import { thoughtOf } from '../chat-to-gemini/answer.ts';
import { eventObject, type StreamConverter } from '../convert.ts';
import { emptyMessage, messageUsage } from '../messages-to-chat/answer.ts';
import { stopReasonOf } from './answer.ts';
import { toSignature } from './signature.ts';

/** The pieces of a streamed answer as the events of a streamed message; see `contentToMessage`. */
export class ContentEvents implements StreamConverter {
  readonly #reader = new CallReader();
  #hasStarted = false;
  /** The kind of the block that is open. */
  #block: 'text' | 'thinking' | undefined;
  #index = -1;
  #usage: TokenUsage | undefined;
  #finish: FinishReason | undefined;
  #hasCalls = false;

  event(data: string): string | undefined {
    const piece = eventObject(data);
    const { responseId: id, modelVersion: model } = piece;
    this.#usage = usageOf(piece['usageMetadata']) ?? this.#usage;
    this.#finish = finishReasonOf(piece) ?? this.#finish;
    const out: string[] = [];
    if (!this.#hasStarted) {
      this.#hasStarted = true;
      const usage = messageUsage(this.#usage && { ...this.#usage, outputTokens: 0, reasoningTokens: 0 });
      out.push(sse({ type: 'message_start', message: { ...emptyMessage(id, model), usage } }));
    }
    for (const part of partsOf(piece)) out.push(...this.#part(part, id));
    return out.join('') || undefined;
  }

  end(): string {
    const delta = {
      stop_reason: stopReasonOf(this.#finish, this.#hasCalls),
      stop_sequence: null,
      stop_details: null,
      container: null,
    };
    return [
      ...this.#close(),
      sse({ type: 'message_delta', delta, usage: messageUsage(this.#usage) }),
      sse({ type: 'message_stop' }),
    ].join('');
  }

  *#part(part: WireObject, id: unknown): Generator<string> {
    const [text, thinking] = [textOf(part), thoughtOf(part)];
    if (thinking !== '') {
      yield* this.#open('thinking');
      yield this.#delta({ type: 'thinking_delta', thinking });
    }
    if (text !== '') {
      yield* this.#open('text');
      yield this.#delta({ type: 'text_delta', text });
    }
    const call = this.#reader.read(part, id);
    if (call) yield* this.#call(call);
  }

  *#call({ id, name, arguments: text, signature }: ToolCall): Generator<string> {
    this.#hasCalls = true;
    if (signature !== undefined) {
      yield* this.#open('thinking');
      yield this.#delta({ type: 'signature_delta', signature: toSignature(signature) });
    }
    yield* this.#close();
    yield this.#start({ type: 'tool_use', id, name, input: {} });
    yield this.#delta({ type: 'input_json_delta', partial_json: text });
    yield this.#stop();
  }

  *#open(kind: 'text' | 'thinking'): Generator<string> {
    if (this.#block === kind) return;
    yield* this.#close();
    this.#block = kind;
    yield this.#start(
      kind === 'text'
        ? { type: 'text', text: '', citations: null }
        : { type: 'thinking', thinking: '', signature: '' },
    );
  }

  *#close(): Generator<string> {
    if (this.#block === undefined) return;
    this.#block = undefined;
    yield this.#stop();
  }

  #start(content_block: WireObject): string {
    this.#index += 1;
    return sse({ type: 'content_block_start', index: this.#index, content_block });
  }

  #delta(delta: WireObject): string {
    return sse({ type: 'content_block_delta', index: this.#index, delta });
  }

  #stop(): string {
    return sse({ type: 'content_block_stop', index: this.#index });
  }
}

function sse(event: WireObject): string {
  return `event: ${event['type']}\ndata: ${JSON.stringify(event)}\n\n`;
}
