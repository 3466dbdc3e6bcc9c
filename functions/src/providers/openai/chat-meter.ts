import type { TokenUsage } from '../../domain/usage.ts';
import type { EventKind, FinishReason, Meter } from '../contract.ts';
import { objectIn, optionalArray, optionalObject, stringBytes, type WireObject } from '../wire.ts';
import { finishReasonOf, usageIn } from './from-wire.ts';

/** Reads the usage of a chat completion that is passed on. */
export function chatMeter(): Meter {
  let usage: TokenUsage | undefined;
  let usageComplete = false;
  let finishReason: FinishReason | undefined;
  let refused = false;
  let seenBytes = 0;

  function finish(choice: WireObject): void {
    const said = optionalObject(choice['message']) ?? optionalObject(choice['delta']);
    refused ||= typeof said?.['refusal'] === 'string' && said['refusal'] !== '';
    if (typeof choice['finish_reason'] === 'string') {
      finishReason = finishReasonOf(choice['finish_reason'], refused);
    }
  }

  return {
    answer(body, bytes) {
      const completion = optionalObject(body) ?? {};
      for (const choice of choicesOf(completion)) finish(choice);
      usage = usageIn(completion);
      usageComplete = usage !== undefined;
      seenBytes = bytes;
    },
    event(data): EventKind {
      if (data === '[DONE]') return 'end';
      const chunk = objectIn(data);
      if (chunk === undefined) return 'other';
      // Some servers (vLLM) write an error without an object around it.
      if (chunk['error'] != null || chunk['object'] === 'error') return 'error';
      const choices = choicesOf(chunk);
      const before = seenBytes;
      for (const choice of choices) {
        finish(choice);
        const { role: _, ...delta } = optionalObject(choice['delta']) ?? {};
        seenBytes += stringBytes(delta);
      }
      const reported = usageIn(chunk);
      if (reported !== undefined) {
        usage = reported;
        usageComplete = finishReason !== undefined;
        if (choices.length === 0) return 'usage';
      }
      return seenBytes > before ? 'content' : 'other';
    },
    reading: () => ({ usage, usageComplete, finishReason, seenBytes }),
  };
}

function choicesOf(completion: WireObject): WireObject[] {
  return optionalArray(completion['choices'])
    .map(optionalObject)
    .filter((choice) => choice !== undefined);
}
