import type { BillableBound } from '../../domain/pricing.ts';
import type { EndpointBound } from '../contract.ts';
import { isMedia, optionalArray, optionalObject, textBytes, type WireObject, wireBytes } from '../wire.ts';

/**
 * The most tokens of one image, rounded up; larger ones are scaled down: 4,784 from Opus 4.7 and Sonnet 5 on, 1,568
 * before. https://platform.claude.com/docs/en/build-with-claude/vision, "Resolution and token cost".
 */
const IMAGE_TOKENS = 4_800;

/**
 * What tools add to the system prompt on any model and tool choice: 290 to 804 tokens are documented, the most on
 * Opus 4.7; and what a tool of Anthropic's own that the caller runs adds to that, 735 at most.
 * https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview, "Pricing". Structured output adds a prompt
 * that explains the format, of which only is said that there is one
 * (https://platform.claude.com/docs/en/build-with-claude/structured-outputs): it is taken to be no longer, and to
 * hold the schema once more.
 */
const TOOLS_TOKENS = 1_000;
const FORMAT_TOKENS = 1_000;
const OWN_TOOL_TOKENS = 2_000;
const OWN_TOOLS = /^(bash|text_editor|computer|memory)_\d{8}$/;

/** Blocks whose tokens are those of the text and of the blocks in them. */
const TEXT_BLOCKS = new Set([
  'text',
  'thinking',
  'redacted_thinking',
  'tool_use',
  'tool_result',
  'search_result',
]);

/**
 * The bound of a message's body, whatever it holds. Input: its bytes, media apart, each image's documented maximum,
 * and the prompts that come with tools and formats; what else Anthropic adds for its own purposes is not billed
 * (https://platform.claude.com/docs/en/build-with-claude/token-counting). Output: `max_tokens` counts thinking and
 * answer. What it can't price: server tools, MCP, containers, PDFs, documents by reference, compaction, fast mode,
 * and inference in one region alone.
 */
export function messagesBound(body: WireObject, text: string): EndpointBound {
  const media: string[] = [];
  let images = 0;
  let unpriced = unpricedField(body);

  function take(blocks: unknown, path: string): void {
    for (const [at, value] of optionalArray(blocks).entries()) {
      const block = optionalObject(value) ?? {};
      const source = optionalObject(block['source']);
      const where = `${path}.${at}`;
      if (block['type'] === 'image') {
        images += 1;
        const { data } = source ?? {};
        if (source?.['type'] === 'base64' && typeof data === 'string' && isMedia(data)) media.push(data);
      } else if (block['type'] === 'document' && source?.['type'] === 'content') {
        take(source['content'], where);
      } else if (
        block['type'] === 'document' ? source?.['type'] !== 'text' : !TEXT_BLOCKS.has(`${block['type']}`)
      ) {
        unpriced ??= where;
      } else if (block['type'] === 'tool_result') {
        take(block['content'], where);
      }
    }
  }
  for (const [at, message] of optionalArray(body['messages']).entries()) {
    take(optionalObject(message)?.['content'], `messages.${at}.content`);
  }

  const tools = optionalArray(body['tools']);
  const own = tools.filter((tool) => OWN_TOOLS.test(`${optionalObject(tool)?.['type']}`)).length;
  const format = body['output_config'];
  const most = body['max_tokens'];
  return {
    inputTokens:
      textBytes(text, body, media) +
      images * IMAGE_TOKENS +
      (tools.length > 0 ? TOOLS_TOKENS : 0) +
      (format == null ? 0 : FORMAT_TOKENS + wireBytes(format)) +
      own * OWN_TOOL_TOKENS,
    outputTokens: typeof most === 'number' ? most : 0,
    ...cacheWritesOf(text),
    ...(unpriced !== undefined && { unpriced }),
  };
}

/** Writes happen only where `cache_control` asks for them; an escape in the text may hide the word. */
function cacheWritesOf(text: string): Pick<BillableBound, 'cacheWrites'> {
  const escaped = text.includes('\\u');
  if (!escaped && !text.includes('cache_control')) return { cacheWrites: 'none' };
  return escaped || text.includes('1h') ? {} : { cacheWrites: '5m' };
}

function unpricedField(body: WireObject): string | undefined {
  const { speed, inference_geo: geo } = body;
  if (optionalArray(body['mcp_servers']).length > 0) return 'mcp_servers';
  if (body['container'] != null) return 'container';
  if (speed != null && speed !== 'standard') return 'speed';
  if (geo != null && geo !== 'global') return 'inference_geo';
  const edits = optionalArray(optionalObject(body['context_management'])?.['edits']);
  if (edits.some((edit) => !`${optionalObject(edit)?.['type']}`.startsWith('clear_'))) {
    return 'context_management';
  }
  const hosted = optionalArray(body['tools']).findIndex((tool) => {
    const { type = 'custom' } = optionalObject(tool) ?? {};
    return type !== 'custom' && type !== null && !OWN_TOOLS.test(`${type}`);
  });
  return hosted < 0 ? undefined : `tools.${hosted}`;
}
