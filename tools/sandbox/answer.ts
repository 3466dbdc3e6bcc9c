import { DirectiveError, type Directives, parseDirectives, withoutDirectives } from './directives.ts';
import { writeAnswer, writeTokens } from './prose.ts';
import { createRandom, type Random } from './random.ts';
import { sampleOf } from './schema-sample.ts';
import { countInputTokens, tokenize } from './tokens.ts';

/** One turn of a conversation, whatever the provider's format. */
export interface Turn {
  role: 'system' | 'user' | 'assistant' | 'tool';
  text: string;
  /** Images, documents and the like: each counts a flat number of tokens. */
  media: number;
}

export interface ToolDefinition {
  name: string;
  /** Undefined: the call carries free text, not JSON. */
  schema: unknown;
}

/** A request for an answer in terms that every provider's format can be read into. */
export interface Ask {
  model: string;
  turns: readonly Turn[];
  tools: readonly ToolDefinition[];
  toolChoice: 'none' | 'auto' | 'required' | { name: string };
  parallelToolCalls: boolean;
  /** Whether a sentence comes before tool calls, as one provider's models have it. */
  speaksBeforeTools: boolean;
  /** The caller's maximum, or else the model's own. */
  maxOutputTokens: number;
  stopSequences: readonly string[];
  format: 'text' | 'json' | { schema: unknown };
  /** Spent on thinking unless a directive says otherwise. */
  reasoningTokens: number;
  /** Which of several choices this is. */
  choice: number;
}

export interface ToolCall {
  name: string;
  freeText: boolean;
  /** The arguments in their tokens. */
  tokens: string[];
}

export type Stop =
  | { reason: 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'refusal' }
  | { reason: 'stop_sequence'; sequence: string };

export interface AnswerUsage {
  /** Includes the cached and the written ones. */
  input: number;
  cached: number;
  cacheWrite: number;
  cacheWriteLong: number;
  /** Includes the reasoning ones. */
  output: number;
  reasoning: number;
}

export interface Answer {
  reasoning: string[];
  text: string[];
  toolCalls: ToolCall[];
  stop: Stop;
  usage: AnswerUsage;
  directives: Directives;
}

const TURN_OVERHEAD = 3;
const MEDIA_TOKENS = 256;
const CALL_OVERHEAD = 4;
const REFUSAL = 'I’m sorry, but the sandbox was told to refuse this request.';

/** Input tokens of a request: its texts, a little for each turn, its media and its tool definitions. */
export function countPrompt(ask: Pick<Ask, 'turns' | 'tools'>): number {
  let tokens = TURN_OVERHEAD;
  for (const turn of ask.turns) {
    tokens += TURN_OVERHEAD + countInputTokens(turn.text) + turn.media * MEDIA_TOKENS;
  }
  for (const tool of ask.tools) tokens += TURN_OVERHEAD + countInputTokens(JSON.stringify(tool));
  return tokens;
}

/**
 * The answer to a request; it depends on nothing else.
 * @throws {DirectiveError} when a directive in the prompt is wrong.
 */
export function answer(ask: Ask): Answer {
  const lastUser = ask.turns.findLast((turn) => turn.role === 'user')?.text ?? '';
  const directives = parseDirectives(lastUser);
  const seed = JSON.stringify([ask.model, ask.choice, ask.turns.map((turn) => turn.text)]);
  const random = createRandom(seed);

  let budget = ask.maxOutputTokens;
  let cut = false;
  function spend(tokens: string[]): string[] {
    const kept = tokens.length > budget ? tokens.slice(0, budget) : tokens;
    cut ||= kept.length < tokens.length;
    budget -= kept.length;
    return kept;
  }

  const reasoning = spend(writeTokens(random, 'thought', directives.reasoning ?? ask.reasoningTokens));
  const wanted = wantedTools(ask, directives);
  const spoken = speak(ask, directives, random, wanted, withoutDirectives(lastUser));
  const text = spend(spoken.tokens);
  const toolCalls: ToolCall[] = [];
  let callTokens = 0;
  for (const tool of wanted) {
    if (budget < CALL_OVERHEAD) {
      cut = true;
      break;
    }
    budget -= CALL_OVERHEAD;
    const tokens = spend(tokenize(callArguments(tool, directives)));
    callTokens += CALL_OVERHEAD + tokens.length;
    toolCalls.push({ name: tool.name, freeText: tool.schema === undefined, tokens });
  }

  const stop: Stop = cut
    ? { reason: 'length' }
    : toolCalls.length > 0
      ? { reason: 'tool_calls' }
      : spoken.stop;
  const output = reasoning.length + text.length + callTokens;
  return {
    reasoning,
    text,
    toolCalls,
    stop,
    usage: { ...countInput(ask, directives), output, reasoning: reasoning.length },
    directives,
  };
}

function countInput(ask: Ask, directives: Directives): Omit<AnswerUsage, 'output' | 'reasoning'> {
  const { cached = 0, cacheWrite: short = 0, cacheWriteLong = 0 } = directives;
  const cacheWrite = short + cacheWriteLong;
  const counted = directives.input ?? countPrompt(ask);
  const input = Math.max(counted, cached + cacheWrite === 0 ? 0 : cached + cacheWrite + 1);
  return { input, cached, cacheWrite, cacheWriteLong };
}

function wantedTools(ask: Ask, directives: Directives): ToolDefinition[] {
  // A tool's result is answered in words; otherwise a directive in the prompt would call for ever.
  const answersTool = ask.turns.at(-1)?.role === 'tool';
  let wanted: ToolDefinition[] = [];
  if (directives.tools !== undefined && !answersTool) {
    wanted = directives.tools.map(
      (name) => ask.tools.find((tool) => tool.name === name) ?? { name, schema: {} },
    );
  } else if (typeof ask.toolChoice === 'object') {
    const { name } = ask.toolChoice;
    wanted = ask.tools.filter((tool) => tool.name === name);
  } else if (ask.toolChoice === 'required' || (ask.toolChoice === 'auto' && !answersTool)) {
    wanted = ask.tools.slice(0, 1);
  }
  return ask.parallelToolCalls ? wanted : wanted.slice(0, 1);
}

function callArguments(tool: ToolDefinition, directives: Directives): string {
  if (directives.args !== undefined) return directives.args;
  return tool.schema === undefined
    ? `sandbox input for ${tool.name}`
    : JSON.stringify(sampleOf(tool.schema) ?? {});
}

function speak(
  ask: Ask,
  directives: Directives,
  random: Random,
  wanted: readonly ToolDefinition[],
  prompt: string,
): { tokens: string[]; stop: Stop } {
  if (wanted.length > 0 && directives.text === undefined) {
    const forced = ask.toolChoice !== 'auto' && directives.tools === undefined;
    const names = wanted.map((tool) => `\`${tool.name}\``).join(' and ');
    const preamble = ask.speaksBeforeTools && !forced ? tokenize(`Let me call ${names} for that.`) : [];
    return { tokens: preamble, stop: { reason: 'tool_calls' } };
  }
  if (directives.stop === 'refusal') return { tokens: tokenize(REFUSAL), stop: { reason: 'refusal' } };

  let tokens = tokenize(directives.text ?? writeText(ask, random, prompt));
  if (directives.tokens !== undefined && directives.text === undefined) {
    const missing = directives.tokens - tokens.length;
    tokens = tokens.slice(0, directives.tokens);
    if (missing > 0) tokens = tokens.concat(writeTokens(random, 'answer', missing));
  }
  const stopped = cutAtSequence(tokens, ask.stopSequences);
  if (stopped !== undefined) return stopped;
  if (directives.stop === 'content_filter') tokens = tokens.slice(0, Math.ceil(tokens.length / 2));
  return { tokens, stop: { reason: directives.stop ?? 'stop' } };
}

function writeText(ask: Ask, random: Random, prompt: string): string {
  if (ask.format === 'text') return writeAnswer(random, ask.model, prompt);
  if (ask.format === 'json') {
    return JSON.stringify({
      sandbox: true,
      model: ask.model,
      answer: writeTokens(random, 'answer', 40).join(''),
    });
  }
  return JSON.stringify(sampleOf(ask.format.schema));
}

function cutAtSequence(
  tokens: readonly string[],
  sequences: readonly string[],
): { tokens: string[]; stop: Stop } | undefined {
  const text = tokens.join('');
  let found: { at: number; sequence: string } | undefined;
  for (const sequence of sequences) {
    const at = sequence === '' ? -1 : text.indexOf(sequence);
    if (at >= 0 && (found === undefined || at < found.at)) found = { at, sequence };
  }
  if (found === undefined) return undefined;
  return {
    tokens: tokenize(text.slice(0, found.at)),
    stop: { reason: 'stop_sequence', sequence: found.sequence },
  };
}

export { DirectiveError };
