import type {
  ContentBlock,
  Message,
  MessageDeltaUsage,
  RawMessageStreamEvent,
  RefusalStopDetails,
  StopReason,
  Usage,
} from '@anthropic-ai/sdk/resources/messages';
import { type Answer, answer, countPrompt } from '../answer.ts';
import { isRecord, type JsonObject } from '../json.ts';
import type { ProviderSettings, Reply, StreamEvent } from '../provider.ts';
import { newId } from '../random.ts';
import { toChunks } from '../tokens.ts';
import { askOfMessages, promptOf, thinks } from './ask.ts';
import { checkMessages, checkPrompt } from './check.ts';
import { familyOf } from './family.ts';

/** `POST /v1/messages`. @throws {Refusal | DirectiveError} */
export function createMessage(body: unknown, { tokensPerChunk }: ProviderSettings): Reply {
  const request = checkMessages(body);
  const given = answer(askOfMessages(request));
  const blocks = blocksOf(request.body, request.model, given);
  const message: Message = {
    id: newId('msg_01', 22),
    type: 'message',
    role: 'assistant',
    model: request.model,
    content: blocks.map((block) => block.whole),
    container: null,
    diagnostics: null,
    stop_reason: stopReasonOf(given),
    stop_sequence: given.stop.reason === 'stop_sequence' ? given.stop.sequence : null,
    stop_details: stopDetailsOf(given),
    usage: usageOf(given),
  };
  const delivery = { delayMs: given.directives.delay, fault: given.directives.fault };
  return request.stream
    ? { kind: 'stream', events: eventsOf(message, blocks, tokensPerChunk), delivery }
    : { kind: 'json', status: 200, body: message, delivery };
}

/** `POST /v1/messages/count_tokens`. @throws {Refusal} */
export function countTokens(body: unknown): Reply {
  return { kind: 'json', status: 200, body: { input_tokens: countPrompt(promptOf(checkPrompt(body))) } };
}

/** A content block, whole and in the pieces that it streams in. */
interface Block {
  whole: ContentBlock;
  tokens: string[];
}

function blocksOf(body: JsonObject, model: string, given: Answer): Block[] {
  const blocks: Block[] = [];
  if (thinks(body) && given.reasoning.length > 0) {
    const tokens = showsThinking(body, model) ? given.reasoning : [];
    const signature = Buffer.from(`sandbox:${given.reasoning.length}`).toString('base64');
    blocks.push({ whole: { type: 'thinking', thinking: tokens.join(''), signature }, tokens });
  }
  if (given.text.length > 0) {
    blocks.push({ whole: { type: 'text', text: given.text.join(''), citations: null }, tokens: given.text });
  }
  for (const { name, tokens } of given.toolCalls) {
    const whole: ContentBlock = {
      type: 'tool_use',
      id: newId('toolu_01', 22),
      name,
      input: parsedInput(tokens.join('')),
      caller: { type: 'direct' },
    };
    blocks.push({ whole, tokens });
  }
  return blocks;
}

/** Arguments that were cut at the maximum, or planned broken, have no JSON value: the service answers {}. */
function parsedInput(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** Since 4.7 the thoughts are left out unless the caller wants them. */
function showsThinking({ thinking }: JsonObject, model: string): boolean {
  const display = isRecord(thinking) ? thinking['display'] : undefined;
  return display === 'summarized' || (display !== 'omitted' && !familyOf(model).samplingRemoved);
}

function* eventsOf(
  message: Message,
  blocks: readonly Block[],
  tokensPerChunk: number,
): Generator<StreamEvent> {
  yield event({
    type: 'message_start',
    message: {
      ...message,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      stop_details: null,
      usage: { ...message.usage, output_tokens: 1, output_tokens_details: null },
    },
  });
  for (const [index, { whole, tokens }] of blocks.entries()) {
    yield* blockEvents(index, whole, toChunks(tokens, tokensPerChunk));
  }
  yield event({
    type: 'message_delta',
    delta: {
      stop_reason: message.stop_reason,
      stop_sequence: message.stop_sequence,
      stop_details: message.stop_details,
      container: null,
    },
    usage: deltaUsageOf(message.usage),
  });
  yield event({ type: 'message_stop' });
}

function* blockEvents(index: number, block: ContentBlock, chunks: readonly string[]): Generator<StreamEvent> {
  switch (block.type) {
    case 'text':
      yield event({ type: 'content_block_start', index, content_block: { ...block, text: '' } });
      break;
    case 'thinking': {
      const content_block = { ...block, thinking: '', signature: '' };
      yield event({ type: 'content_block_start', index, content_block });
      break;
    }
    case 'tool_use':
      yield event({ type: 'content_block_start', index, content_block: { ...block, input: {} } });
      break;
    default:
      throw new Error(`The sandbox never writes a ${block.type} block`);
  }
  if (index === 0) yield { event: 'ping', data: { type: 'ping' } };
  if (block.type === 'tool_use') {
    yield event({
      type: 'content_block_delta',
      index,
      delta: { type: 'input_json_delta', partial_json: '' },
    });
  }
  for (const chunk of chunks) {
    const delta =
      block.type === 'text'
        ? ({ type: 'text_delta', text: chunk } as const)
        : block.type === 'thinking'
          ? ({ type: 'thinking_delta', thinking: chunk } as const)
          : ({ type: 'input_json_delta', partial_json: chunk } as const);
    yield { ...event({ type: 'content_block_delta', index, delta }), paced: true };
  }
  if (block.type === 'thinking') {
    const delta = { type: 'signature_delta', signature: block.signature } as const;
    yield event({ type: 'content_block_delta', index, delta });
  }
  yield event({ type: 'content_block_stop', index });
}

function event(data: RawMessageStreamEvent): StreamEvent {
  return { event: data.type, data };
}

function stopReasonOf({ stop, toolCalls }: Answer): StopReason {
  switch (stop.reason) {
    case 'length':
      return 'max_tokens';
    case 'tool_calls':
      return toolCalls.length > 0 ? 'tool_use' : 'end_turn';
    case 'stop_sequence':
      return 'stop_sequence';
    case 'content_filter':
    case 'refusal':
      return 'refusal';
    default:
      return 'end_turn';
  }
}

function stopDetailsOf({ stop }: Answer): RefusalStopDetails | null {
  return stop.reason === 'refusal' || stop.reason === 'content_filter'
    ? { type: 'refusal', category: null, explanation: 'The sandbox was told to refuse this request.' }
    : null;
}

/** Unlike OpenAI's, Anthropic's input tokens leave out what the cache read and wrote. */
function usageOf({ usage }: Answer): Usage {
  return {
    input_tokens: usage.input - usage.cached - usage.cacheWrite,
    cache_creation_input_tokens: usage.cacheWrite,
    cache_read_input_tokens: usage.cached,
    cache_creation: {
      ephemeral_5m_input_tokens: usage.cacheWrite - usage.cacheWriteLong,
      ephemeral_1h_input_tokens: usage.cacheWriteLong,
    },
    output_tokens: usage.output,
    output_tokens_details: { thinking_tokens: usage.reasoning },
    inference_geo: 'not_available',
    server_tool_use: null,
    service_tier: 'standard',
    speed: 'standard',
  };
}

function deltaUsageOf(usage: Usage): MessageDeltaUsage {
  return {
    input_tokens: usage.input_tokens,
    cache_creation_input_tokens: usage.cache_creation_input_tokens,
    cache_read_input_tokens: usage.cache_read_input_tokens,
    output_tokens: usage.output_tokens,
    output_tokens_details: usage.output_tokens_details,
    server_tool_use: usage.server_tool_use,
  };
}
