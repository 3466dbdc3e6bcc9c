import type { TokenUsage } from '../../../domain/usage.ts';
import type { FinishReason } from '../../../providers/contract.ts';
import { CallReader, finishReasonOf, partsOf, textOf } from '../../../providers/gemini/from-wire.ts';
import { usageOf } from '../../../providers/gemini/usage.ts';
import type { WireObject } from '../../../providers/wire.ts';
import { usageField } from '../chat-to-messages/answer.ts';
import { eventObject, type StreamConverter } from '../convert.ts';
import { openAiFinish, signed, textSignatureOf, thoughtOf, toolCallOf } from './answer.ts';

/** The pieces of a streamed answer as the chunks of a streamed completion; see `contentToCompletion`. */
export class ContentChunks implements StreamConverter {
  readonly #created: number;
  readonly #wantsUsage: boolean;
  readonly #reader = new CallReader();
  #frame: WireObject | undefined;
  #usage: TokenUsage | undefined;
  #finish: FinishReason | undefined;
  #calls = 0;

  /** @param created seconds since the epoch */
  constructor(created: number, wantsUsage: boolean) {
    this.#created = created;
    this.#wantsUsage = wantsUsage;
  }

  event(data: string): string | undefined {
    const piece = eventObject(data);
    const id = piece['responseId'];
    const out: string[] = [];
    if (!this.#frame) {
      this.#frame = { id, model: piece['modelVersion'] };
      out.push(this.#delta({ role: 'assistant' }));
    }
    for (const part of partsOf(piece)) out.push(...this.#part(part, id));
    this.#usage = usageOf(piece['usageMetadata']) ?? this.#usage;
    this.#finish = finishReasonOf(piece) ?? this.#finish;
    return out.join('') || undefined;
  }

  end(): string {
    const usage = usageField(this.#usage);
    return [
      this.#chunk([this.#choice({}, openAiFinish(this.#finish, this.#calls > 0))]),
      this.#wantsUsage && usage.usage ? this.#chunk([], usage) : '',
      'data: [DONE]\n\n',
    ].join('');
  }

  *#part(part: WireObject, id: unknown): Generator<string> {
    const [text, thought, signature] = [textOf(part), thoughtOf(part), textSignatureOf(part)];
    if (thought !== '') yield this.#delta({ reasoning_content: thought });
    if (text !== '') yield this.#delta({ content: text });
    if (signature !== undefined) yield this.#delta(signed(signature));
    const call = this.#reader.read(part, id);
    if (!call) return;
    yield this.#delta({ tool_calls: [{ index: this.#calls, ...toolCallOf(call) }] });
    this.#calls += 1;
  }

  #delta(delta: WireObject): string {
    return this.#chunk([this.#choice(delta, null)]);
  }

  #choice(delta: WireObject, finishReason: string | null): WireObject {
    return { index: 0, delta, logprobs: null, finish_reason: finishReason };
  }

  #chunk(choices: WireObject[], rest: WireObject = {}): string {
    const chunk = {
      ...this.#frame,
      object: 'chat.completion.chunk',
      created: this.#created,
      choices,
      ...rest,
    };
    return `data: ${JSON.stringify(chunk)}\n\n`;
  }
}
