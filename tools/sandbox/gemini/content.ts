import { type Answer, answer, countPrompt } from '../answer.ts';
import { isRecord, type JsonObject } from '../json.ts';
import type { ProviderSettings, Reply, StreamEvent } from '../provider.ts';
import { newId } from '../random.ts';
import { toChunks } from '../tokens.ts';
import { askOfContent, promptOf } from './ask.ts';
import { type CheckedContent, checkContent, checkContents } from './check.ts';
import { makePicture, wantsPicture } from './pictures.ts';
import { sign } from './signatures.ts';

/** What every piece of one answer carries. */
interface Frame {
  modelVersion: string;
  responseId: string;
}

/** `POST /v1beta/models/{model}:generateContent` and `:streamGenerateContent`. @throws {ReplyError | DirectiveError} */
export function generateContent(
  model: string,
  body: unknown,
  stream: boolean,
  responseId: string,
  { tokensPerChunk }: ProviderSettings,
): Reply | Promise<Reply> {
  const request = checkContent(model, body);
  if (wantsPicture(request)) return makePicture(request, responseId, stream);
  const given = answer(askOfContent(request));
  const frame: Frame = { modelVersion: model, responseId };
  const { delay: delayMs, fault } = given.directives;
  const delivery = { delayMs, fault };
  if (given.stop.reason === 'refusal') return blocked(frame, given, stream, delivery);
  if (stream) {
    return { kind: 'stream', events: eventsOf(request, frame, given, tokensPerChunk), delivery };
  }
  const parts = wholeParts(request, given);
  const candidate = { content: { parts, role: 'model' }, finishReason: finishReasonOf(given), index: 0 };
  const body200 = { candidates: [candidate], usageMetadata: usageOf(given, given.usage.output), ...frame };
  return { kind: 'json', status: 200, body: body200, delivery };
}

/** `POST /v1beta/models/{model}:countTokens`. @throws {ReplyError} */
export function countTokens(body: unknown): Reply {
  const { generateContentRequest: within, ...own } = isRecord(body) ? body : {};
  const prompt = isRecord(within) ? within : own;
  checkContents(prompt['contents']);
  const totalTokens = countPrompt(promptOf(prompt));
  const promptTokensDetails = [{ modality: 'TEXT', tokenCount: totalTokens }];
  return { kind: 'json', status: 200, body: { totalTokens, promptTokensDetails } };
}

/** A prompt that is not answered: there are no candidates, and nothing was written. */
function blocked(frame: Frame, given: Answer, stream: boolean, delivery: Reply['delivery']): Reply {
  const { input } = given.usage;
  const body = {
    promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
    usageMetadata: { promptTokenCount: input, totalTokenCount: input },
    ...frame,
  };
  const rest = delivery === undefined ? {} : { delivery };
  return stream
    ? { kind: 'stream', events: [{ data: body }], ...rest }
    : { kind: 'json', status: 200, body, ...rest };
}

function wholeParts(request: CheckedContent, given: Answer): JsonObject[] {
  const thoughts = showsThoughts(request) ? given.reasoning.join('') : '';
  const text = given.text.join('');
  return [
    ...(thoughts === '' ? [] : [{ text: thoughts, thought: true }]),
    ...(text === '' && given.toolCalls.length > 0 ? [] : [{ text, ...signatureOf(given) }]),
    ...callParts(given),
  ];
}

/** Thoughts and text come in pieces, a call in one; the finish reason with what is left of the text: nothing. */
function* eventsOf(
  request: CheckedContent,
  frame: Frame,
  given: Answer,
  size: number,
): Generator<StreamEvent> {
  const { reasoning, text } = given;
  let written = showsThoughts(request) ? 0 : reasoning.length;
  const piece = (parts: JsonObject[], finishReason?: string): StreamEvent => ({
    data: {
      candidates: [
        { content: { parts, role: 'model' }, ...(finishReason !== undefined && { finishReason }), index: 0 },
      ],
      usageMetadata: usageOf(given, written),
      ...frame,
    },
  });
  if (showsThoughts(request)) {
    for (const chunk of toChunks(reasoning, size)) {
      written = Math.min(reasoning.length, written + size);
      yield { ...piece([{ text: chunk, thought: true }]), paced: true };
    }
  }
  for (const [at, chunk] of toChunks(text, size).entries()) {
    written = reasoning.length + Math.min(text.length, (at + 1) * size);
    yield { ...piece([{ text: chunk }]), paced: true };
  }
  written = given.usage.output;
  for (const part of callParts(given)) yield { ...piece([part]), paced: true };
  const signature = given.toolCalls.length > 0 && text.length === 0 ? {} : signatureOf(given);
  yield piece([{ text: '', ...signature }], finishReasonOf(given));
}

function showsThoughts({ config: { thinkingConfig } }: CheckedContent): boolean {
  return isRecord(thinkingConfig) && thinkingConfig['includeThoughts'] === true;
}

/** Text is signed where the model has thought. */
function signatureOf({ reasoning }: Answer): JsonObject {
  return reasoning.length > 0 ? { thoughtSignature: sign(`${reasoning.length}`) } : {};
}

/** Of calls in parallel the first alone is signed, whether the model has thought or not. */
function callParts({ toolCalls, reasoning }: Answer): JsonObject[] {
  return toolCalls.map(({ name, tokens }, at) => ({
    functionCall: { id: newId('', 8), name, args: argumentsOf(tokens.join('')) },
    ...(at === 0 && { thoughtSignature: sign(`${name}:${reasoning.length}`) }),
  }));
}

/** The service writes no arguments that are no JSON; those that were cut are left out. */
function argumentsOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function finishReasonOf({ stop }: Answer): string {
  if (stop.reason === 'length') return 'MAX_TOKENS';
  return stop.reason === 'content_filter' ? 'SAFETY' : 'STOP';
}

/** Counts of zero are left out. @param written output tokens so far, thoughts first */
function usageOf({ usage }: Answer, written: number): JsonObject {
  const thoughts = Math.min(written, usage.reasoning);
  const counts = {
    promptTokenCount: usage.input,
    cachedContentTokenCount: usage.cached,
    candidatesTokenCount: written - thoughts,
    thoughtsTokenCount: thoughts,
    totalTokenCount: usage.input + written,
  };
  return {
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: usage.input }],
  };
}
