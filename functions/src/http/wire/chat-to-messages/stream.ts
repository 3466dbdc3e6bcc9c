import { mergeUsage, type UsageReport, usageOf } from '../../../providers/anthropic/usage.ts';
import { optionalObject, type WireObject } from '../../../providers/wire.ts';
import { eventObject, type StreamConverter } from '../convert.ts';
import { finishReasonOf, usageField } from './answer.ts';

/** The events of a streamed message as the chunks of a streamed completion; see `messageToCompletion`. */
export class MessageChunks implements StreamConverter {
  readonly #created: number;
  readonly #wantsUsage: boolean;
  #frame: WireObject = {};
  #report: UsageReport = {};
  #stopReason: unknown;
  #calls = -1;
  #block: WireObject = {};
  /** Of a tool's arguments. */
  #hasInput = false;

  /** @param created seconds since the epoch */
  constructor(created: number, wantsUsage: boolean) {
    this.#created = created;
    this.#wantsUsage = wantsUsage;
  }

  event(data: string): string | undefined {
    const event = eventObject(data);
    switch (event['type']) {
      case 'message_start': {
        const message = optionalObject(event['message']) ?? {};
        this.#report = mergeUsage(this.#report, message['usage']);
        this.#frame = { id: message['id'], model: message['model'] };
        return this.#delta({ role: 'assistant' });
      }
      case 'content_block_start':
        return this.#open(optionalObject(event['content_block']) ?? {});
      case 'content_block_delta':
        return this.#grow(optionalObject(event['delta']) ?? {});
      case 'content_block_stop':
        return this.#close();
      case 'message_delta':
        this.#report = mergeUsage(this.#report, event['usage']);
        this.#stopReason = optionalObject(event['delta'])?.['stop_reason'] ?? this.#stopReason;
        return undefined;
      default:
        return undefined;
    }
  }

  end(): string {
    const usage = usageField(usageOf(this.#report));
    return [
      this.#chunk([this.#choice({}, finishReasonOf(this.#stopReason))]),
      this.#wantsUsage && usage.usage ? this.#chunk([], usage) : '',
      'data: [DONE]\n\n',
    ].join('');
  }

  #open(block: WireObject): string | undefined {
    this.#block = { ...block };
    const { type, text, thinking } = block;
    if (type === 'text') return text ? this.#delta({ content: text }) : undefined;
    if (type === 'thinking') return thinking ? this.#delta({ reasoning_content: thinking }) : undefined;
    if (type !== 'tool_use') return undefined;
    this.#calls += 1;
    this.#hasInput = false;
    const { id, name } = block;
    return this.#call({ id, type: 'function', function: { name, arguments: '' } });
  }

  #grow(delta: WireObject): string | undefined {
    const block = this.#block;
    switch (delta['type']) {
      case 'text_delta':
        return this.#delta({ content: delta['text'] });
      case 'thinking_delta':
        block['thinking'] = `${block['thinking'] ?? ''}${delta['thinking']}`;
        return this.#delta({ reasoning_content: delta['thinking'] });
      case 'signature_delta':
        block['signature'] = delta['signature'];
        return undefined;
      case 'input_json_delta':
        if (delta['partial_json'] === '') return undefined;
        this.#hasInput = true;
        return this.#call({ function: { arguments: delta['partial_json'] } });
      default:
        return undefined;
    }
  }

  #close(): string | undefined {
    const { type, input } = this.#block;
    if (type === 'thinking' || type === 'redacted_thinking')
      return this.#delta({ thinking_blocks: [this.#block] });
    // A call without arguments streams none; its JSON is an object all the same.
    if (type !== 'tool_use' || this.#hasInput) return undefined;
    return this.#call({ function: { arguments: JSON.stringify(input ?? {}) } });
  }

  #call(call: WireObject): string {
    return this.#delta({ tool_calls: [{ index: this.#calls, ...call }] });
  }

  #delta(delta: WireObject): string {
    return this.#chunk([this.#choice(delta, null)]);
  }

  #choice(delta: WireObject, finishReason: string | null): WireObject {
    return { index: 0, delta, logprobs: null, finish_reason: finishReason };
  }

  #chunk(choices: WireObject[], rest: WireObject = {}): string {
    const { id, model } = this.#frame;
    const chunk = { id, object: 'chat.completion.chunk', created: this.#created, model, choices, ...rest };
    return `data: ${JSON.stringify(chunk)}\n\n`;
  }
}
