import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messagesBound } from './anthropic/messages-bound.ts';
import type { EndpointBound, Model } from './contract.ts';
import { chatBound } from './openai/chat-bound.ts';
import { embeddingsBound } from './openai/embeddings.ts';
import { responsesBound } from './openai/responses-bound.ts';
import { findModel } from './registry.ts';
import type { WireObject } from './wire.ts';

type Bound = (body: WireObject, text: string, model: Model) => EndpointBound;
const gpt = findModel('openai', 'gpt-5.4-mini') as Model;
const bound = (of: Bound, body: WireObject, model = gpt, text = JSON.stringify(body)) =>
  of(body, text, model);

const chat = (...content: unknown[]) => ({
  model: 'm',
  max_completion_tokens: 10,
  messages: [{ role: 'user', content }],
});
const message = (...content: unknown[]) => ({
  model: 'm',
  max_tokens: 10,
  messages: [{ role: 'user', content }],
});
const response = (...content: unknown[]) => ({
  model: 'm',
  max_output_tokens: 10,
  input: [{ role: 'user', content }],
});
const text = (value: string) => ({ type: 'text', text: value });
const WORD = {
  chat: text,
  message: text,
  response: (value: string) => ({ type: 'input_text', text: value }),
};

describe.each([
  ['chat', chatBound as Bound, chat, WORD.chat],
  ['messages', messagesBound as Bound, message, WORD.message],
  ['responses', responsesBound as Bound, response, WORD.response],
])('the bound of %s', (_, of, body, word) => {
  it('covers every byte of every text, raw and normalised, however the JSON writes it', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 60 }), { minLength: 1 }), (texts) => {
        const given = body(...texts.map(word));
        const escaped = JSON.stringify(given).replaceAll(
          /[^\x20-\x7e]/g,
          (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
        );
        for (const written of [JSON.stringify(given), escaped]) {
          const { inputTokens, unpriced } = bound(of, given, gpt, written);
          const bytes = (form: (one: string) => string) =>
            texts.reduce((sum, one) => sum + Buffer.byteLength(form(one)), 0);
          expect(inputTokens).toBeGreaterThanOrEqual(bytes((one) => one));
          expect(inputTokens).toBeGreaterThanOrEqual(bytes((one) => one.normalize('NFKC')));
          expect(unpriced).toBeUndefined();
        }
      }),
    );
  });

  it('has the maximum for its output', () => {
    expect(bound(of, body(word('Hi'))).outputTokens).toBe(10);
  });
});

describe('images', () => {
  const data = 'A'.repeat(100_000);
  it.each<[string, Bound, WireObject, number]>([
    [
      'chat',
      chatBound,
      chat({ type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } }),
      24_600,
    ],
    ['messages', messagesBound, message({ type: 'image', source: { type: 'base64', data } }), 4_800],
    [
      'responses',
      responsesBound,
      response({ type: 'input_image', image_url: `data:image/png;base64,${data}` }),
      24_600,
    ],
    [
      'a tool’s result',
      messagesBound,
      message({
        type: 'tool_result',
        tool_use_id: 't',
        content: [{ type: 'image', source: { type: 'base64', data } }],
      }),
      4_800,
    ],
  ])('of %s count as their documented maximum, not as text', (_, of, body, most) => {
    const { inputTokens, unpriced } = bound(of, body);
    expect(inputTokens).toBeGreaterThanOrEqual(most);
    expect(inputTokens).toBeLessThan(most + 1_000);
    expect(unpriced).toBeUndefined();
  });

  it('of gpt-4o-mini are dearest', () => {
    const model = findModel('openai', 'gpt-4o-mini') as Model;
    const image = chat({ type: 'image_url', image_url: { url: 'https://example.com/a.png' } });
    expect(bound(chatBound, image, model).inputTokens).toBeGreaterThan(48_000);
  });

  const png = (width: number, height: number) => {
    const bytes = Buffer.from('89504e470d0a1a0a0000000d494844520000000000000000', 'hex');
    bytes.writeUInt32BE(width, 16);
    bytes.writeUInt32BE(height, 20);
    return `data:image/png;base64,${bytes.toString('base64')}`;
  };
  const REMOTE = 'https://example.com/a.png';
  const asked = (url: string, detail?: string) => ({
    chat: chat({ type: 'image_url', image_url: { url, detail } }),
    response: response({ type: 'input_image', image_url: url, detail }),
  });

  describe.each([
    ['chat', chatBound, 'messages[0].content[0].image_url'],
    ['response', responsesBound, 'input[0].content[0].image_url'],
  ] as const)('that are not scaled down, of a %s', (kind, of, field) => {
    const newest = findModel('openai', 'gpt-6-luna') as Model;
    const tokens = (url: string, detail?: string, model = newest) => {
      const { inputTokens, unpriced } = bound(of, asked(url, detail)[kind], model);
      return unpriced ?? inputTokens;
    };

    it('count by their own size', () => {
      // 500 x 500 patches, at 2.46 tokens each.
      expect(tokens(png(16_000, 16_000))).toBeGreaterThanOrEqual(615_000);
      expect(tokens(png(16_000, 16_000), 'auto')).toBeGreaterThanOrEqual(615_000);
      expect(tokens(png(33, 1), 'original')).toBeLessThan(1_000);
    });

    it('have no bound where their size is not known', () => {
      expect(tokens(REMOTE)).toBe(field);
      expect(tokens('data:image/png;base64,AAAA', 'original')).toBe(field);
    });

    it('have one at a detail that scales them down, and on models that always do', () => {
      expect(tokens(REMOTE, 'low')).toBeLessThan(26_000);
      expect(tokens(png(16_000, 16_000), 'high')).toBeLessThan(26_000);
      expect(tokens(png(16_000, 16_000), 'auto', gpt)).toBeLessThan(26_000);
      expect(tokens(REMOTE, 'original', gpt)).toBeLessThan(26_000);
    });

    it('of a model that is not OpenAI’s count as the dearest known, at least', () => {
      const other = { ...newest, id: 'pixtral-large' };
      expect(tokens(png(10, 10), undefined, other)).toBeGreaterThan(24_600);
      expect(tokens(png(16_000, 16_000), undefined, other)).toBeGreaterThanOrEqual(615_000);
      expect(tokens(REMOTE, undefined, other)).toBe(field);
    });
  });

  it('count as text where their data are none', () => {
    const url = `data:${'\ufdfa'.repeat(1000)}`;
    const { inputTokens } = bound(chatBound, chat({ type: 'image_url', image_url: { url } }));
    expect(inputTokens).toBeGreaterThan(33_000);
  });
});

describe('chat completions', () => {
  it('are bounded for every choice, and for a prediction that is thrown away', () => {
    const body = chat(text('Hi'));
    expect(bound(chatBound, { ...body, n: 3 }).outputTokens).toBe(30);
    expect(bound(chatBound, { ...body, best_of: 5, n: 2 }).outputTokens).toBe(50);
    expect(bound(chatBound, { ...body, max_tokens: 70 }).outputTokens).toBe(70);
    const predicted = { ...body, n: 2, prediction: { type: 'content', content: 'x'.repeat(500) } };
    expect(bound(chatBound, predicted).outputTokens).toBeGreaterThanOrEqual(2 * 510);
  });
});

describe('messages', () => {
  it('say which cache writes can be billed', () => {
    const writes = (body: WireObject, written?: string) =>
      bound(messagesBound, body, gpt, written).cacheWrites;
    expect(writes(message(text('Hi')))).toBe('none');
    const cached = (ttl?: string) => message({ ...text('Hi'), cache_control: { type: 'ephemeral', ttl } });
    expect(writes(cached())).toBe('5m');
    expect(writes(cached('5m'))).toBe('5m');
    expect(writes(cached('1h'))).toBeUndefined();
    expect(
      writes(cached('1h'), JSON.stringify(cached('1h')).replace('cache_c', 'cache_\\u0063')),
    ).toBeUndefined();
  });

  it('hold what tools add to the prompt', () => {
    const plain = bound(messagesBound, message(text('Hi'))).inputTokens;
    const tools = (...all: WireObject[]) =>
      bound(messagesBound, { ...message(text('Hi')), tools: all }).inputTokens;
    expect(tools({ name: 'a', input_schema: {} })).toBeGreaterThan(plain + 1_000);
    const schema = { type: 'object', title: 'x'.repeat(5_000) };
    const format = { ...message(text('Hi')), output_config: { format: { type: 'json_schema', schema } } };
    expect(bound(messagesBound, format).inputTokens).toBeGreaterThan(plain + 1_000 + 2 * 5_000);
    const both = bound(messagesBound, { ...format, tools: [{ name: 'a', input_schema: {} }] }).inputTokens;
    expect(both).toBeGreaterThan(plain + 2_000 + 2 * 5_000);
    expect(tools({ type: 'bash_20250124', name: 'bash' })).toBeGreaterThan(plain + 3_000);
  });
});

it('embeddings are bounded by their bytes, tokens given by number included', () => {
  const texts = bound(embeddingsBound, { model: 'm', input: ['héllo', 'x'] });
  expect(texts).toMatchObject({ outputTokens: 0, cacheWrites: 'none' });
  expect(texts.inputTokens).toBeGreaterThanOrEqual(7);
  expect(bound(embeddingsBound, { model: 'm', input: [1, 2, 3, 4] }).inputTokens).toBeGreaterThanOrEqual(4);
});

describe('what has no bound is named', () => {
  it.each<[string, Bound, WireObject]>([
    ['messages[0].content[0]', chatBound, chat({ type: 'input_audio', input_audio: {} })],
    ['messages[0].content[0]', chatBound, chat({ type: 'file', file: {} })],
    ['messages[0].content[0]', chatBound, chat({ type: 'of_tomorrow' })],
    ['tools[1]', chatBound, { ...chat(), tools: [{ type: 'function' }, { type: 'web_search' }] }],
    ['web_search_options', chatBound, { ...chat(), web_search_options: {} }],
    ['modalities', chatBound, { ...chat(), modalities: ['audio'] }],
    ['audio', chatBound, { ...chat(), audio: {} }],
    ['service_tier', chatBound, { ...chat(), service_tier: 'priority' }],
    ['service_tier', chatBound, { ...chat(), service_tier: 'fast' }],
    ['messages.0.content.0', messagesBound, message({ type: 'document', source: { type: 'base64' } })],
    ['messages.0.content.0', messagesBound, message({ type: 'document', source: { type: 'url' } })],
    ['messages.0.content.0', messagesBound, message({ type: 'container_upload' })],
    [
      'messages.0.content.0.0',
      messagesBound,
      message({ type: 'tool_result', content: [{ type: 'document', source: { type: 'file' } }] }),
    ],
    ['tools.0', messagesBound, { ...message(), tools: [{ type: 'web_search_20250305' }] }],
    ['tools.0', messagesBound, { ...message(), tools: [{ type: 'code_execution_20260120' }] }],
    ['mcp_servers', messagesBound, { ...message(), mcp_servers: [{}] }],
    ['container', messagesBound, { ...message(), container: 'c' }],
    ['speed', messagesBound, { ...message(), speed: 'fast' }],
    ['inference_geo', messagesBound, { ...message(), inference_geo: 'us' }],
    [
      'context_management',
      messagesBound,
      { ...message(), context_management: { edits: [{ type: 'compact_20260112' }] } },
    ],
    ['previous_response_id', responsesBound, { ...response(), previous_response_id: 'r' }],
    ['conversation', responsesBound, { ...response(), conversation: 'c' }],
    ['prompt', responsesBound, { ...response(), prompt: {} }],
    ['tools[0]', responsesBound, { ...response(), tools: [{ type: 'file_search' }] }],
    ['input[0]', responsesBound, { ...response(), input: [{ type: 'item_reference', id: 'i' }] }],
    ['input[0].content[0]', responsesBound, response({ type: 'input_file', file_id: 'f' })],
  ])('%s', (field, of, body) => {
    expect(bound(of, body).unpriced).toBe(field);
  });

  it('and what has one is not', () => {
    const own = {
      ...message(text('Hi')),
      tools: [
        { type: 'text_editor_20250728', name: 'e' },
        { name: 'a', input_schema: {} },
      ],
    };
    expect(bound(messagesBound, own).unpriced).toBeUndefined();
    const plain = {
      ...message({ type: 'document', source: { type: 'text', data: 'x' } }),
      speed: 'standard',
    };
    expect(bound(messagesBound, plain).unpriced).toBeUndefined();
    const edits = { ...message(), context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] } };
    expect(bound(messagesBound, edits).unpriced).toBeUndefined();
    expect(
      bound(chatBound, { ...chat(), service_tier: 'flex', modalities: ['text'] }).unpriced,
    ).toBeUndefined();
  });
});
