import { isRecord, type JsonObject } from '../json.ts';
import {
  checkEffort,
  checkInteger,
  checkKnown,
  checkLimit,
  checkModel,
  checkNumber,
  checkObject,
} from './check.ts';
import { refuse } from './errors.ts';
import { familyOf } from './family.ts';

/** The parameters of openai 7.57's ChatCompletionCreateParamsBase. */
const KNOWN = new Set(
  `messages model audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens
  metadata modalities moderation n parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_options
  prompt_cache_retention reasoning_effort response_format safety_identifier seed service_tier stop store stream
  stream_options temperature tool_choice tools top_logprobs top_p user verbosity web_search_options`.split(
    /\s+/,
  ),
);
/** Reasoning models take these at their default value only, or not at all. */
const DEFAULT_ONLY = ['temperature', 'top_p'] as const;
const NOT_FOR_REASONING = [
  'presence_penalty',
  'frequency_penalty',
  'logprobs',
  'top_logprobs',
  'logit_bias',
  'stop',
];
const ROLES = ['developer', 'system', 'user', 'assistant', 'tool', 'function'];

export interface CheckedChat {
  body: JsonObject;
  model: string;
  messages: JsonObject[];
  maxOutputTokens: number | undefined;
  choices: number;
  stream: boolean;
  includeUsage: boolean;
}

/** @throws {ReplyError} 400 or 404 in OpenAI's words. */
export function checkChat(input: unknown): CheckedChat {
  const body = checkObject(input);
  const model = checkModel(body);
  checkKnown(body, KNOWN);
  const messages = checkMessages(body['messages']);
  const maxTokens = checkInteger(body, 'max_tokens', 1);
  const maxCompletionTokens = checkInteger(body, 'max_completion_tokens', 1);
  checkNumber(body, 'temperature', 0, 2);
  checkNumber(body, 'top_p', 0, 1);
  checkNumber(body, 'presence_penalty', -2, 2);
  checkNumber(body, 'frequency_penalty', -2, 2);
  checkReasoning(body, model);
  if (maxTokens !== undefined && maxCompletionTokens !== undefined) {
    refuse(
      "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
      'max_tokens',
      'invalid_parameter_combination',
    );
  }
  checkLimit('max_tokens', maxTokens, model);
  checkLimit('max_completion_tokens', maxCompletionTokens, model);
  const stream = body['stream'] === true;
  const streamOptions = body['stream_options'];
  if (streamOptions != null && !stream) {
    refuse(
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
      'stream_options',
      null,
    );
  }
  checkTools(body);
  return {
    body,
    model,
    messages,
    maxOutputTokens: maxCompletionTokens ?? maxTokens,
    choices: checkInteger(body, 'n', 1) ?? 1,
    stream,
    includeUsage: isRecord(streamOptions) && streamOptions['include_usage'] === true,
  };
}

function checkMessages(messages: unknown): JsonObject[] {
  if (messages === undefined) {
    refuse("Missing required parameter: 'messages'.", 'messages', 'missing_required_parameter');
  }
  if (!Array.isArray(messages)) {
    refuse("Invalid type for 'messages': expected an array of objects.", 'messages', 'invalid_type');
  }
  if (messages.length === 0) {
    refuse(
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      'messages',
      'empty_array',
    );
  }
  return messages.map((message: unknown, index) => {
    const at = `messages[${index}]`;
    if (!isRecord(message)) refuse(`Invalid type for '${at}': expected an object.`, at, 'invalid_type');
    const role = message['role'];
    if (role === undefined) {
      refuse(`Missing required parameter: '${at}.role'.`, `${at}.role`, 'missing_required_parameter');
    }
    if (!ROLES.some((known) => known === role)) {
      const list = ROLES.map((known) => `'${known}'`).join(', ');
      refuse(
        `Invalid value: '${String(role)}'. Supported values are: ${list}.`,
        `${at}.role`,
        'invalid_value',
      );
    }
    const content = message['content'];
    if (content == null && role !== 'assistant') {
      refuse(
        `Invalid value for 'content': expected a string, got ${content === null ? 'null' : 'nothing'}.`,
        `${at}.content`,
        null,
      );
    }
    if (content != null && typeof content !== 'string' && !Array.isArray(content)) {
      refuse(
        `Invalid type for '${at}.content': expected one of a string or array of objects.`,
        `${at}.content`,
        'invalid_type',
      );
    }
    return message;
  });
}

function checkReasoning(body: JsonObject, model: string): void {
  const family = familyOf(model);
  const effort = body['reasoning_effort'];
  checkEffort(family, effort, 'reasoning_effort');
  if (!family.reasoning) return;
  if (body['max_tokens'] != null) {
    refuse(
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      'max_tokens',
      'unsupported_parameter',
    );
  }
  if (effort === 'none') return;
  for (const param of DEFAULT_ONLY) {
    const value = body[param];
    if (value == null || value === 1) continue;
    refuse(
      `Unsupported value: '${param}' does not support ${String(value)} with this model. Only the default (1) value is supported.`,
      param,
      'unsupported_value',
    );
  }
  for (const param of NOT_FOR_REASONING) {
    const value = body[param];
    if (value == null || value === 0 || value === false) continue;
    refuse(
      `Unsupported parameter: '${param}' is not supported with this model.`,
      param,
      'unsupported_parameter',
    );
  }
}

function checkTools(body: JsonObject): void {
  const { tools, tool_choice: choice } = body;
  if (tools != null && !Array.isArray(tools)) {
    refuse("Invalid type for 'tools': expected an array of objects.", 'tools', 'invalid_type');
  }
  if (choice != null && choice !== 'none' && !(Array.isArray(tools) && tools.length > 0)) {
    refuse(
      "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
      'tool_choice',
      null,
    );
  }
}
