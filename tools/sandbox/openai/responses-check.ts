import { isRecord, type JsonObject } from '../json.ts';
import { ReplyError } from '../provider.ts';
import {
  checkEffort,
  checkInteger,
  checkKnown,
  checkLimit,
  checkModel,
  checkNumber,
  checkObject,
} from './check.ts';
import { errorReply, refuse } from './errors.ts';
import { familyOf } from './family.ts';

/** The parameters of openai 7.57's ResponseCreateParamsBase. */
const KNOWN = new Set(
  `access_programs background context_management conversation image include input instructions max_output_tokens
  max_tool_calls metadata model moderation parallel_tool_calls previous_response_id prompt prompt_cache_key
  prompt_cache_options prompt_cache_retention reasoning safety_identifier service_tier store stream stream_options
  temperature text tool_choice tools top_logprobs top_p truncation user`.split(/\s+/),
);
const LEAST_OUTPUT_TOKENS = 16;

export interface CheckedResponse {
  body: JsonObject;
  model: string;
  input: string | JsonObject[];
  maxOutputTokens: number | undefined;
  stream: boolean;
}

/** @throws {ReplyError} 400 or 404 in OpenAI's words. */
export function checkResponse(given: unknown): CheckedResponse {
  const body = checkObject(given);
  const model = checkModel(body);
  checkKnown(body, KNOWN);
  const input = checkInput(body['input']);
  const maxOutputTokens = checkInteger(body, 'max_output_tokens', LEAST_OUTPUT_TOKENS);
  checkLimit('max_output_tokens', maxOutputTokens, model);
  checkNumber(body, 'temperature', 0, 2);
  checkNumber(body, 'top_p', 0, 1);
  checkReasoning(body, model);
  checkStored(body);
  const { tools } = body;
  if (tools != null && !Array.isArray(tools)) {
    refuse("Invalid type for 'tools': expected an array of objects.", 'tools', 'invalid_type');
  }
  return { body, model, input, maxOutputTokens, stream: body['stream'] === true };
}

/** @throws {ReplyError} */
export function checkInput(input: unknown): CheckedResponse['input'] {
  if (input === undefined) {
    refuse("Missing required parameter: 'input'.", 'input', 'missing_required_parameter');
  }
  if (typeof input === 'string') return input;
  if (!Array.isArray(input)) {
    refuse(
      "Invalid type for 'input': expected one of a string or array of objects.",
      'input',
      'invalid_type',
    );
  }
  return input.map((item: unknown, index) => {
    const at = `input[${index}]`;
    if (!isRecord(item)) refuse(`Invalid type for '${at}': expected an object.`, at, 'invalid_type');
    return item;
  });
}

function checkReasoning(body: JsonObject, model: string): void {
  const family = familyOf(model);
  const { reasoning } = body;
  const effort = isRecord(reasoning) ? reasoning['effort'] : undefined;
  checkEffort(family, effort, 'reasoning.effort');
  if (!family.reasoning || effort === 'none') return;
  for (const param of ['temperature', 'top_p']) {
    const value = body[param];
    if (value == null || value === 1) continue;
    refuse(`Unsupported parameter: '${param}' is not supported with this model.`, param, null);
  }
}

/** The sandbox keeps answered responses, and nothing else that a request could refer to. */
function checkStored({ background, conversation, prompt }: JsonObject): void {
  if (background === true) refuse('Background mode is not available in the sandbox.', 'background', null);
  if (conversation != null) {
    const id = isRecord(conversation) ? conversation['id'] : conversation;
    throw new ReplyError(errorReply(404, `Conversation with id '${String(id)}' not found.`));
  }
  if (isRecord(prompt)) {
    throw new ReplyError(errorReply(404, `Prompt with id '${String(prompt['id'])}' not found.`));
  }
}
