import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionMessageToolCall,
  ChatCompletionTokenLogprob,
} from 'openai/resources/chat/completions';
import type { CompletionUsage } from 'openai/resources/completions';
import { type Answer, answer, type ToolCall } from '../answer.ts';
import type { ProviderSettings, Reply, StreamEvent } from '../provider.ts';
import { newId } from '../random.ts';
import { toChunks } from '../tokens.ts';
import { askOfChat } from './chat-ask.ts';
import { type CheckedChat, checkChat } from './chat-check.ts';

type FinishReason = ChatCompletion.Choice['finish_reason'];

/** What every chunk of one completion carries. */
type Frame = Pick<ChatCompletionChunk, 'id' | 'created' | 'model' | 'service_tier' | 'system_fingerprint'>;

/** `POST /v1/chat/completions`. @throws {ReplyError} */
export function chatCompletions(body: unknown, settings: ProviderSettings): Reply {
  const request = checkChat(body);
  const answers = Array.from({ length: request.choices }, (_, index) => answer(askOfChat(request, index)));
  const frame: Frame = {
    id: newId('chatcmpl-', 29),
    created: Math.floor(Date.now() / 1000),
    model: request.model,
    service_tier: 'default',
    system_fingerprint: 'fp_sandbox',
  };
  const directives = answers[0]?.directives;
  const delivery = { delayMs: directives?.delay, fault: directives?.fault };
  return request.stream
    ? { kind: 'stream', events: chunksOf(request, frame, answers, settings), delivery }
    : { kind: 'json', status: 200, body: completionOf(request, frame, answers), delivery };
}

function completionOf(request: CheckedChat, frame: Frame, answers: readonly Answer[]): ChatCompletion {
  return {
    ...frame,
    object: 'chat.completion',
    choices: answers.map((given, index) => choiceOf(request, given, index)),
    usage: usageOf(answers),
  };
}

function choiceOf(request: CheckedChat, given: Answer, index: number): ChatCompletion.Choice {
  const text = given.text.join('');
  const refused = given.stop.reason === 'refusal';
  const calls = given.toolCalls.map(callOf);
  return {
    index,
    message: {
      role: 'assistant',
      content: refused || (text === '' && calls.length > 0) ? null : text,
      refusal: refused ? text : null,
      annotations: [],
      ...(calls.length > 0 ? { tool_calls: calls } : {}),
    },
    logprobs: request.body['logprobs'] === true ? logprobsOf(given.text) : null,
    finish_reason: finishReasonOf(given),
  };
}

function callOf({ name, freeText, tokens }: ToolCall): ChatCompletionMessageToolCall {
  const id = newId('call_');
  const text = tokens.join('');
  return freeText
    ? { id, type: 'custom', custom: { name, input: text } }
    : { id, type: 'function', function: { name, arguments: text } };
}

function* chunksOf(
  request: CheckedChat,
  frame: Frame,
  answers: readonly Answer[],
  { tokensPerChunk }: ProviderSettings,
): Generator<StreamEvent> {
  const chunk = (
    choice: ChatCompletionChunk.Choice | undefined,
    usage: CompletionUsage | null,
  ): StreamEvent => {
    const data: ChatCompletionChunk = {
      ...frame,
      object: 'chat.completion.chunk',
      choices: choice === undefined ? [] : [choice],
      ...(request.includeUsage ? { usage } : {}),
    };
    return { data };
  };
  const logprobs = request.body['logprobs'] === true;
  for (const [index, given] of answers.entries()) {
    const refused = given.stop.reason === 'refusal';
    const choice = (
      delta: ChatCompletionChunk.Choice.Delta,
      finish: FinishReason | null = null,
      tokens?: string[],
    ): ChatCompletionChunk.Choice => ({
      index,
      delta,
      logprobs: tokens === undefined ? null : logprobsOf(tokens),
      finish_reason: finish,
    });
    const opening = given.toolCalls.length > 0 && given.text.length === 0 ? null : '';
    yield chunk(choice({ role: 'assistant', content: refused ? null : opening, refusal: null }), null);
    for (let start = 0; start < given.text.length; start += tokensPerChunk) {
      const tokens = given.text.slice(start, start + tokensPerChunk);
      const text = tokens.join('');
      const delta = refused ? { refusal: text } : { content: text };
      yield { ...chunk(choice(delta, null, logprobs ? tokens : undefined), null), paced: true };
    }
    for (const [call, toolCall] of given.toolCalls.entries()) {
      for (const tool_calls of callDeltas(call, toolCall, tokensPerChunk)) {
        yield { ...chunk(choice({ tool_calls }), null), paced: true };
      }
    }
    yield chunk(choice({}, finishReasonOf(given)), null);
  }
  if (request.includeUsage) yield chunk(undefined, usageOf(answers));
  yield { data: '[DONE]' };
}

function* callDeltas(
  index: number,
  { name, freeText, tokens }: ToolCall,
  tokensPerChunk: number,
): Generator<ChatCompletionChunk.Choice.Delta.ToolCall[]> {
  const id = newId('call_');
  yield freeText
    ? [{ index, id, type: 'custom', custom: { name, input: '' } }]
    : [{ index, id, type: 'function', function: { name, arguments: '' } }];
  for (const text of toChunks(tokens, tokensPerChunk)) {
    yield freeText ? [{ index, custom: { input: text } }] : [{ index, function: { arguments: text } }];
  }
}

function finishReasonOf({ stop, toolCalls }: Answer): FinishReason {
  switch (stop.reason) {
    case 'length':
    case 'content_filter':
      return stop.reason;
    case 'tool_calls':
      return toolCalls.length > 0 ? 'tool_calls' : 'stop';
    default:
      return 'stop';
  }
}

/** The prompt counts once, the outputs of all choices add up. */
function usageOf(answers: readonly Answer[]): CompletionUsage {
  const input = answers[0]?.usage;
  const completion = answers.reduce((sum, { usage }) => sum + usage.output, 0);
  const prompt = input?.input ?? 0;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: {
      cached_tokens: input?.cached ?? 0,
      cache_write_tokens: input?.cacheWrite ?? 0,
      audio_tokens: 0,
    },
    completion_tokens_details: {
      reasoning_tokens: answers.reduce((sum, { usage }) => sum + usage.reasoning, 0),
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

function logprobsOf(tokens: readonly string[]): ChatCompletion.Choice.Logprobs {
  const content: ChatCompletionTokenLogprob[] = tokens.map((token) => ({
    token,
    logprob: -0.01,
    bytes: [...Buffer.from(token)],
    top_logprobs: [],
  }));
  return { content, refusal: null };
}
