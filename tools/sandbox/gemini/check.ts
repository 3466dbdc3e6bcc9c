import { isRecord, type JsonObject } from '../json.ts';
import { refuse } from './errors.ts';
import { familyOf, MAX_OUTPUT_TOKENS } from './family.ts';
import { checkSignatures } from './signatures.ts';

/** The fields of a GenerateContentRequest and of its GenerationConfig. */
const REQUEST =
  'contents systemInstruction tools toolConfig safetySettings generationConfig cachedContent serviceTier labels'.split(
    ' ',
  );
const CONFIG =
  `temperature topP topK candidateCount maxOutputTokens stopSequences responseLogprobs logprobs presencePenalty
  frequencyPenalty seed responseMimeType responseSchema responseJsonSchema responseModalities mediaResolution
  speechConfig thinkingConfig imageConfig`.split(/\s+/);
const IMAGES = ['image/png', 'image/jpeg', 'image/webp', 'image/heic', 'image/heif'];
const LEVELS = ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH'];

export interface CheckedContent {
  model: string;
  body: JsonObject;
  contents: JsonObject[];
  config: JsonObject;
}

/** @throws {ReplyError} in Google's words. */
export function checkContent(model: string, given: unknown): CheckedContent {
  const body = known(given, REQUEST, '');
  const contents = checkContents(body['contents']);
  const config = known(body['generationConfig'] ?? {}, CONFIG, 'generation_config');
  checkConfig(config, model);
  checkTools(body);
  if (familyOf(model).signs) checkSignatures(contents);
  return { model, body, contents, config };
}

function known(given: unknown, names: readonly string[], at: string): JsonObject {
  if (!isRecord(given)) refuse('Invalid JSON payload received. Root element must be a message.');
  const stray = Object.keys(given).find((name) => !names.includes(name));
  if (stray !== undefined) {
    const where = at === '' ? '' : ` at '${at}'`;
    refuse(`Invalid JSON payload received. Unknown name "${stray}"${where}: Cannot find field.`);
  }
  return given;
}

export function checkContents(given: unknown): JsonObject[] {
  if (!Array.isArray(given) || given.length === 0) {
    refuse('* GenerateContentRequest.contents: contents is not specified\n');
  }
  const contents = given.map((content: unknown, at) => {
    const where = `GenerateContentRequest.contents[${at}]`;
    if (!isRecord(content)) refuse(`* ${where}: must be a message\n`);
    const { role = 'user', parts } = content;
    if (role !== 'user' && role !== 'model') refuse('Please use a valid role: user, model.');
    if (!Array.isArray(parts) || parts.length === 0)
      refuse(`* ${where}.parts: contents.parts must not be empty.\n`);
    for (const part of parts) checkPart(part, where);
    return content;
  });
  checkTurns(contents);
  return contents;
}

function checkPart(part: unknown, where: string): void {
  if (!isRecord(part)) refuse(`* ${where}.parts: must be a message\n`);
  const { inlineData, functionResponse } = part;
  const kinds = ['text', 'inlineData', 'fileData', 'functionCall', 'functionResponse'].filter(
    (kind) => kind in part,
  );
  if (kinds.length !== 1)
    refuse(`* ${where}.parts: required oneof field 'data' must have one initialized field\n`);
  if (
    isRecord(inlineData) &&
    !IMAGES.includes(`${inlineData['mimeType']}`) &&
    inlineData['mimeType'] !== 'application/pdf'
  ) {
    refuse(`Unsupported MIME type: ${String(inlineData['mimeType'])}`);
  }
  if (functionResponse !== undefined) {
    const { name, response } = isRecord(functionResponse) ? functionResponse : {};
    if (typeof name !== 'string' || name === '')
      refuse(`* ${where}.function_response.name: Name cannot be empty.\n`);
    if (!isRecord(response)) refuse(`Invalid value at '${where}.function_response.response'`);
  }
}

/** The results of functions follow their calls at once, and are as many. */
function checkTurns(contents: readonly JsonObject[]): void {
  const count = (content: JsonObject | undefined, kind: string) =>
    Array.isArray(content?.['parts'])
      ? content['parts'].filter((part) => isRecord(part) && part[kind] !== undefined).length
      : 0;
  for (const [at, content] of contents.entries()) {
    const results = count(content, 'functionResponse');
    const calls = count(contents[at - 1], 'functionCall');
    if (results > 0 && calls === 0) {
      refuse('Please ensure that function response turn comes immediately after a function call turn.');
    }
    if (results !== calls) {
      refuse(
        'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
      );
    }
  }
}

function checkConfig(config: JsonObject, model: string): void {
  const { maxOutputTokens: most, temperature, candidateCount, stopSequences, thinkingConfig } = config;
  if (most !== undefined && !(typeof most === 'number' && most >= 1 && most <= MAX_OUTPUT_TOKENS)) {
    refuse(
      `Unable to submit request because it has a maxOutputTokens value of ${String(most)} but the supported range is from 1 (inclusive) to ${MAX_OUTPUT_TOKENS + 1} (exclusive). Update the value and try again.`,
    );
  }
  if (
    temperature !== undefined &&
    !(typeof temperature === 'number' && temperature >= 0 && temperature <= 2)
  ) {
    refuse(
      '* GenerateContentRequest.generation_config.temperature: temperature must be in the range [0.0, 2.0].\n',
    );
  }
  if (candidateCount !== undefined && candidateCount !== 1)
    refuse('Multiple candidates is not enabled for this model');
  if (Array.isArray(stopSequences) && stopSequences.length > 5) {
    refuse(
      '* GenerateContentRequest.generation_config.stop_sequences: at most 5 stop sequences are allowed\n',
    );
  }
  if (config['responseJsonSchema'] !== undefined && config['responseMimeType'] !== 'application/json') {
    refuse('response_json_schema is only supported with response_mime_type application/json');
  }
  if (!isRecord(thinkingConfig)) return;
  const { thinkingLevel: level, thinkingBudget: budget } = thinkingConfig;
  if (level !== undefined && budget !== undefined) {
    refuse('You can only set only one of thinking budget and thinking level.');
  }
  if (level === undefined) return;
  if (!LEVELS.some((known) => known === level)) {
    refuse(`Invalid value at 'generation_config.thinking_config.thinking_level', "${String(level)}"`);
  }
  if (level === 'MINIMAL' && !familyOf(model).minimal) {
    refuse(
      "'minimal' is not a supported thinking level for this model. Allowed values are: medium, low, high.",
    );
  }
}

function checkTools({ tools, toolConfig }: JsonObject): void {
  const config = isRecord(toolConfig) ? toolConfig['functionCallingConfig'] : undefined;
  const { mode, allowedFunctionNames: names } = isRecord(config) ? config : {};
  if (!Array.isArray(names)) return;
  if (mode !== 'ANY' && mode !== 'VALIDATED') {
    refuse('Function calling config is set with allowed_function_names, but mode is not ANY.');
  }
  const declared = functionsOf(tools).map(({ name }) => name);
  const stray = names.find((name) => !declared.includes(name));
  if (stray !== undefined) {
    refuse(
      `Function calling config is set with an allowed function name ${String(stray)} that is not declared.`,
    );
  }
}

export function functionsOf(tools: unknown): JsonObject[] {
  if (!Array.isArray(tools)) return [];
  return tools.flatMap((tool) => {
    const declarations = isRecord(tool) ? tool['functionDeclarations'] : undefined;
    return Array.isArray(declarations) ? declarations.filter(isRecord) : [];
  });
}
