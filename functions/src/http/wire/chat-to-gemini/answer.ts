import type { FinishReason, ToolCall } from '../../../providers/contract.ts';
import { CallReader, called, finishReasonOf, partsOf, textOf } from '../../../providers/gemini/from-wire.ts';
import { usageOf } from '../../../providers/gemini/usage.ts';
import type { WireObject } from '../../../providers/wire.ts';
import { usageField } from '../chat-to-messages/answer.ts';

/** OpenAI has none for an answer that broke down: it ends. */
export function openAiFinish(reason: FinishReason | undefined, hasCalls: boolean): string {
  const finish = called(reason ?? 'unknown', hasCalls);
  return finish === 'unknown' ? 'stop' : finish;
}

/**
 * An answer of Gemini's as a chat completion. Thoughts have no place in OpenAI's format: what can be read of them is
 * `reasoning_content`, as other providers of the format have it. Signatures, which the next request has to bring
 * back, are where Google's own endpoint of the format has them.
 *
 * @param created seconds since the epoch
 */
export function contentToCompletion(response: WireObject, created: number): WireObject {
  const parts = partsOf(response);
  const reader = new CallReader();
  const calls = parts.flatMap((part) => reader.read(part, response['responseId']) ?? []);
  const text = parts.map(textOf).join('');
  const thoughts = parts.map(thoughtOf).join('');
  const signature = parts.map(textSignatureOf).findLast((each) => each !== undefined);
  return {
    id: response['responseId'],
    object: 'chat.completion',
    created,
    model: response['modelVersion'],
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text === '' ? null : text,
          refusal: null,
          ...(thoughts !== '' && { reasoning_content: thoughts }),
          ...signed(signature),
          ...(calls.length > 0 && { tool_calls: calls.map(toolCallOf) }),
        },
        logprobs: null,
        finish_reason: openAiFinish(finishReasonOf(response), calls.length > 0),
      },
    ],
    ...usageField(usageOf(response['usageMetadata'])),
  };
}

export function toolCallOf({ id, name, arguments: text, signature }: ToolCall): WireObject {
  return { id, type: 'function', function: { name, arguments: text }, ...signed(signature) };
}

export function signed(signature: string | undefined): WireObject {
  return signature === undefined ? {} : { extra_content: { google: { thought_signature: signature } } };
}

/** What can be read of a thought. */
export function thoughtOf({ text, thought }: WireObject): string {
  return typeof text === 'string' && thought === true ? text : '';
}

/** The signature of a part that is no call. */
export function textSignatureOf({ functionCall, thoughtSignature }: WireObject): string | undefined {
  return typeof thoughtSignature === 'string' && functionCall === undefined ? thoughtSignature : undefined;
}
