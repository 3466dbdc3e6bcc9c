import { UpstreamError } from '../../../providers/contract.ts';
import type { MadeFormat } from '../../../providers/images.ts';
import { optionalObject, type WireObject } from '../../../providers/wire.ts';
import type { Rendition } from '../../../services/gateway/rendition.ts';
import { toFormat } from '../../../services/images/to-format.ts';
import { anthropicErrors } from '../../wire/anthropic/errors.ts';
import { anthropicRefusal } from '../../wire/anthropic/from-openai-error.ts';
import { contentToCompletion } from '../../wire/chat-to-gemini/answer.ts';
import { ContentChunks } from '../../wire/chat-to-gemini/stream.ts';
import { messageToCompletion } from '../../wire/chat-to-messages/answer.ts';
import { MessageChunks } from '../../wire/chat-to-messages/stream.ts';
import type { StreamConverter } from '../../wire/convert.ts';
import { geminiToEmbeddings } from '../../wire/embeddings-to-gemini/answer.ts';
import type { ErrorFormat } from '../../wire/error-format.ts';
import { geminiToImages } from '../../wire/images-to-gemini/answer.ts';
import { completionToMessage } from '../../wire/messages-to-chat/answer.ts';
import { CompletionEvents } from '../../wire/messages-to-chat/stream.ts';
import { contentToMessage } from '../../wire/messages-to-gemini/answer.ts';
import { ContentEvents } from '../../wire/messages-to-gemini/stream.ts';
import { openAiErrors } from '../../wire/openai/errors.ts';
import { openAiRefusal } from '../../wire/openai/from-anthropic-error.ts';
import { openAiRefusalOfGemini } from '../../wire/openai/from-gemini-error.ts';

/** Whatever the provider answers, as it came. */
export function asItCame(requestId: string, errors: ErrorFormat): Rendition {
  return {
    whole: (body) => body,
    refusal: (body) => body,
    event: ({ bytes }) => bytes,
    ...problems(requestId, errors),
  };
}

function problems(requestId: string, errors: ErrorFormat): Pick<Rendition, 'problem' | 'failure'> {
  return {
    problem: (error) => errors.body(error, requestId),
    failure: (error) => Buffer.from(errors.event(error, requestId)),
  };
}

/** A message of Anthropic's format as a chat completion. */
export function asCompletion(requestId: string, created: number, wantsUsage: boolean): Rendition {
  return converted(requestId, openAiErrors, {
    whole: (message) => messageToCompletion(message, created),
    refusal: (body, { status = 500 }) => openAiRefusal(body, status),
    stream: new MessageChunks(created, wantsUsage),
  });
}

/** An answer of Gemini's as a chat completion. */
export function asCompletionOfContent(requestId: string, created: number, wantsUsage: boolean): Rendition {
  return converted(requestId, openAiErrors, {
    whole: (response) => contentToCompletion(response, created),
    refusal: (body, { status = 500 }) => openAiRefusalOfGemini(body, status),
    stream: new ContentChunks(created, wantsUsage),
  });
}

/** An answer of Gemini's as a message of Anthropic's format. */
export function asMessageOfContent(requestId: string): Rendition {
  return converted(requestId, anthropicErrors, {
    whole: contentToMessage,
    refusal: (body, { status = 500 }) => anthropicRefusal(body, status, requestId),
    stream: new ContentEvents(),
  });
}

/** Gemini's embeddings in the shape of OpenAI's. */
export function asEmbeddings(requestId: string, model: string, base64: boolean): Rendition {
  return converted(requestId, openAiErrors, {
    whole: (response) => geminiToEmbeddings(response, model, base64),
    refusal: (body, { status = 500 }) => openAiRefusalOfGemini(body, status),
  });
}

/** Gemini's picture in the shape of OpenAI's. */
export function asImages(requestId: string, created: number, format: MadeFormat): Rendition {
  return converted(requestId, openAiErrors, {
    whole: (response) => geminiToImages(response, created, format, toFormat),
    refusal: (body, { status = 500 }) => openAiRefusalOfGemini(body, status),
  });
}

/** A chat completion as a message of Anthropic's format. */
export function asMessage(requestId: string): Rendition {
  return converted(requestId, anthropicErrors, {
    whole: completionToMessage,
    refusal: (body, { status = 500 }) => anthropicRefusal(body, status, requestId),
    stream: new CompletionEvents(),
  });
}

function converted(
  requestId: string,
  errors: ErrorFormat,
  {
    whole,
    refusal,
    stream,
  }: {
    whole: (answer: WireObject) => object | Promise<object>;
    refusal: (body: Uint8Array, error: UpstreamError) => object;
    /** Absent: there are none. */
    stream?: StreamConverter;
  },
): Rendition {
  const bytesOf = (value: object) => Buffer.from(JSON.stringify(value));
  return {
    async whole(_, json) {
      const answer = optionalObject(json);
      if (!answer) throw new UpstreamError('malformed', 'the answer is not an object');
      return bytesOf(await whole(answer));
    },
    refusal: (body, error) => bytesOf(refusal(body, error)),
    event({ data }, _, failure) {
      // The provider's own words are for its own format.
      if (failure) throw failure;
      if (!stream) throw new UpstreamError('malformed', 'a stream that nobody asked for');
      const text = data === undefined ? undefined : stream.event(data);
      return text === undefined ? undefined : Buffer.from(text);
    },
    end: () => Buffer.from(stream?.end() ?? ''),
    ...problems(requestId, errors),
  };
}
