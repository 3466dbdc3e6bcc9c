import { isRecord, type JsonObject } from '../json.ts';
import { Refusal, refuse } from './errors.ts';
import { familyOf } from './family.ts';

/** The body parameters of @anthropic-ai/sdk 1.12's MessageCreateParamsBase, and the older sampling ones. */
const COUNT_KNOWN =
  `messages model cache_control output_config speed system thinking tool_choice tools`.split(' ');
const CREATE_KNOWN =
  `${COUNT_KNOWN.join(' ')} max_tokens container diagnostics inference_geo metadata service_tier
  stop_sequences stream temperature top_k top_p`.split(/\s+/);
const ROLES = ['user', 'assistant', 'system'];

export interface CheckedMessages {
  body: JsonObject;
  model: string;
  messages: JsonObject[];
  maxTokens: number;
  stream: boolean;
}

/** @throws {Refusal} in Anthropic's words. */
export function checkMessages(input: unknown): CheckedMessages {
  const { body, model, messages } = checkPrompt(input, CREATE_KNOWN);
  const maxTokens = checkMaxTokens(body['max_tokens'], model);
  checkSampling(body, model);
  checkThinking(body, model, maxTokens);
  checkEnding(messages, model);
  const sequences = body['stop_sequences'];
  if (
    sequences != null &&
    !(Array.isArray(sequences) && sequences.every((item) => typeof item === 'string'))
  ) {
    refuse('stop_sequences: Input should be a valid list of strings');
  }
  if (body['stream'] != null && typeof body['stream'] !== 'boolean') {
    refuse('stream: Input should be a valid boolean');
  }
  return { body, model, messages, maxTokens, stream: body['stream'] === true };
}

/** The checks that counting tokens needs as well. @throws {Refusal} */
export function checkPrompt(
  input: unknown,
  known: readonly string[] = COUNT_KNOWN,
): Pick<CheckedMessages, 'body' | 'model' | 'messages'> {
  if (!isRecord(input)) refuse('Input should be a valid dictionary');
  const stray = Object.keys(input).find((key) => !known.includes(key));
  if (stray !== undefined) refuse(`${stray}: Extra inputs are not permitted`);
  const model = input['model'];
  if (model === undefined) refuse('model: Field required');
  if (typeof model !== 'string' || model === '') refuse('model: Input should be a valid string');
  if (model.startsWith('unknown')) throw new Refusal(`model: ${model}`, 404, 'not_found_error');
  const choice = input['tool_choice'];
  const forces = isRecord(choice) && (choice['type'] === 'any' || choice['type'] === 'tool');
  if (forces && familyOf(model).forcedToolsRemoved) {
    refuse('tool_choice: type "tool" and "any" are not supported for this model.');
  }
  return { body: input, model, messages: checkTurns(input['messages']) };
}

function checkTurns(messages: unknown): JsonObject[] {
  if (messages === undefined) refuse('messages: Field required');
  if (!Array.isArray(messages)) refuse('messages: Input should be a valid list');
  if (messages.length === 0) refuse('messages: at least one message is required');
  return messages.map((message: unknown, index) => {
    if (!isRecord(message)) refuse(`messages.${index}: Input should be a valid dictionary`);
    const { role, content } = message;
    if (role === undefined) refuse(`messages.${index}.role: Field required`);
    if (!ROLES.some((known) => known === role)) {
      refuse(`messages.${index}.role: Input should be 'user', 'assistant' or 'system'`);
    }
    if (content === undefined) refuse(`messages.${index}.content: Field required`);
    if (typeof content !== 'string' && !Array.isArray(content)) {
      refuse(`messages.${index}.content: Input should be a valid string or list`);
    }
    if (role === 'user' && content.length === 0) {
      refuse(`messages.${index}: user messages must have non-empty content`);
    }
    return message;
  });
}

function checkMaxTokens(value: unknown, model: string): number {
  if (value === undefined) refuse('max_tokens: Field required');
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    refuse('max_tokens: Input should be a valid integer');
  }
  if (value < 0) refuse('max_tokens: Input should be greater than or equal to 0');
  const { maxOutputTokens } = familyOf(model);
  if (value > maxOutputTokens) {
    refuse(
      `max_tokens: ${value} > ${maxOutputTokens}, which is the maximum allowed number of output tokens for ${model}`,
    );
  }
  return value;
}

function checkSampling(body: JsonObject, model: string): void {
  const { temperature, top_p: topP, top_k: topK } = body;
  for (const [name, value] of Object.entries({ temperature, top_p: topP })) {
    if (value != null && (typeof value !== 'number' || value < 0 || value > 1))
      refuse(`${name}: range: 0..1`);
  }
  const family = familyOf(model);
  if (family.samplingRemoved) {
    if (temperature != null && temperature !== 1) refuse('`temperature` is deprecated for this model.');
    if (topP != null && topP !== 1) refuse('`top_p` is deprecated for this model.');
    if (topK != null) refuse('`top_k` is deprecated for this model.');
  } else if (family.oneSamplingParameter && temperature != null && topP != null) {
    refuse('`temperature` and `top_p` cannot both be specified for this model. Please use only one.');
  }
}

function checkThinking(body: JsonObject, model: string, maxTokens: number): void {
  const { thinking } = body;
  if (thinking == null) return;
  if (!isRecord(thinking)) refuse('thinking: Input should be a valid dictionary');
  const { type, budget_tokens: budget } = thinking;
  if (type !== 'enabled' && type !== 'disabled' && type !== 'adaptive' && type !== 'between_tools') {
    refuse("thinking.type: Input should be 'enabled', 'disabled', 'between_tools' or 'adaptive'");
  }
  if (type !== 'enabled') return;
  if (familyOf(model).samplingRemoved) {
    refuse(
      '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
    );
  }
  if (typeof budget !== 'number' || budget < 1024) {
    refuse('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024');
  }
  if (budget >= maxTokens) refuse('`max_tokens` must be greater than `thinking.budget_tokens`.');
}

function checkEnding(messages: readonly JsonObject[], model: string): void {
  if (messages.at(-1)?.['role'] === 'assistant' && familyOf(model).prefillRemoved) {
    refuse(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    );
  }
}
