import { expect, it } from 'vitest';
import type { COMPATIBLE } from '../../../providers/compatible/dialects.ts';
import { SseSplitter } from '../../../providers/sse.ts';
import { readFixture } from '../../../providers/test-support.ts';
import type { WireObject } from '../../../providers/wire.ts';
import { anthropicRefusal } from '../anthropic/from-openai-error.ts';
import { dataOf, foldEvents } from '../test-support.ts';
import { completionToMessage } from './answer.ts';
import { CompletionEvents } from './stream.ts';

const FIXTURES = new URL('../../../providers/compatible/fixtures/', import.meta.url);

/** What Anthropic's clients see: thoughts where the provider shows them, and usage without the cached tokens in the input. */
const SEEN: Record<keyof typeof COMPATIBLE, { texts: string[]; usage: [number, number, number, number] }> = {
  mistral: { texts: ['Bonjour 👋'], usage: [176, 1024, 84, 0] },
  groq: { texts: ['Is it fast?', 'Fast.'], usage: [388, 512, 300, 120] },
  deepseek: { texts: ['Let me think.', 'Forty-two.'], usage: [464, 1536, 500, 350] },
  xai: { texts: ['The result is 10403.'], usage: [26, 6, 103, 94] },
  openrouter: { texts: ['Routed.'], usage: [200, 300, 60, 20] },
  together: { texts: ['Together.'], usage: [41, 0, 12, 0] },
  azure: { texts: ['Deployed.'], usage: [144, 256, 150, 64] },
  ollama: { texts: ['At home.'], usage: [26, 0, 9, 0] },
  vllm: { texts: ['Served.'], usage: [17, 0, 31, 0] },
};

it.each(Object.entries(SEEN))('%s’s answers are messages, whole and streamed', (id, { texts, usage }) => {
  const completion = JSON.parse(readFixture(FIXTURES, `${id}.json`).toString('utf8')) as WireObject;
  const converter = new CompletionEvents();
  const out = new SseSplitter()
    .push(readFixture(FIXTURES, `${id}.sse`))
    .map(({ data }) => (data === undefined ? '' : (converter.event(data) ?? '')));
  const streamed = foldEvents(dataOf(out.join('') + converter.end()));
  const [input, cached, output, thinking] = usage;
  for (const message of [completionToMessage(completion), streamed]) {
    const blocks = message['content'] as WireObject[];
    // xAI shows its thoughts in a stream alone.
    const said = blocks.map((block) => block['thinking'] ?? block['text']).slice(-texts.length);
    expect(said).toEqual(texts);
    expect(message).toMatchObject({
      stop_reason: 'end_turn',
      usage: {
        input_tokens: input,
        cache_read_input_tokens: cached,
        output_tokens: output,
        output_tokens_details: { thinking_tokens: thinking },
      },
    });
  }
});

it.each([
  ['OpenAI’s', '{"error":{"message":"Too long","type":"invalid_request_error"}}'],
  [
    'Mistral’s and vLLM’s',
    '{"object":"error","message":"Too long","type":"invalid_request_error","code":400}',
  ],
])('a refusal in %s form keeps its words', (_, body) => {
  expect(anthropicRefusal(Buffer.from(body), 400, 'req_1')).toEqual({
    type: 'error',
    error: { type: 'invalid_request_error', message: 'Too long' },
    request_id: 'req_1',
  });
});
