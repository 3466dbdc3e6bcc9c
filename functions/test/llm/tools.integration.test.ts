import { beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../auth/support.ts';
import { sandboxRequests } from '../harness/sandbox.ts';
import {
  type Caller,
  generate,
  modelOf,
  newCaller,
  plainModelOf,
  ROUTES,
  recordOf,
  requestIdOf,
  stream,
} from './support.ts';

/** 256 x 256 pixels, of which only the header is there. */
const PNG = Buffer.from('89504e470d0a1a0a0000000d494844520000010000000100', 'hex').toString('base64');
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tools = ['get_weather', 'now'].map((name) => ({ name, description: 'Tells it', parameters }));
const PROMPT = `What of the weather? [[sandbox: tool=get_weather,now args='{"city":"Zürich 🌊"}']]`;

describe.each(ROUTES)('$provider by $route', (route) => {
  const { provider } = route;
  const model = modelOf(provider);
  let caller: Caller;
  beforeAll(async () => {
    caller = await newCaller();
  });

  it('hands on the calls of tools, takes their results and records both', async () => {
    const asked = await generate(route, caller, { model, prompt: PROMPT, tools, toolChoice: 'auto' });
    expect(asked.status).toBe(200);
    const { content, toolCalls = [], finishReason } = asked.body;
    expect(finishReason).toBe('tool_calls');
    expect(toolCalls).toEqual(
      ['get_weather', 'now'].map((name, at) => ({
        id: expect.stringMatching(/^\S+$/),
        name,
        arguments: '{"city":"Zürich 🌊"}',
        // Of calls in parallel Gemini signs the first alone.
        ...(provider === 'gemini' && at === 0 && { signature: expect.any(String) }),
      })),
    );

    const results = toolCalls.map(({ id }) => ({ role: 'tool', toolCallId: id, content: 'Sunny' }));
    const messages = [
      { role: 'user', content: 'What of the weather?' },
      { role: 'assistant', content, toolCalls },
      ...results,
    ];
    const answered = await generate(route, caller, { model, messages, tools });
    expect(answered.status).toBe(200);
    expect(answered.body).toMatchObject({ finishReason: 'stop', content: expect.stringMatching(/\S/) });
    expect(answered.body).not.toHaveProperty('toolCalls');

    const [sent] = await sandboxRequests(requestIdOf(answered));
    for (const { id, signature = '' } of toolCalls) {
      expect(sent?.text).toContain(id);
      expect(sent?.text).toContain(signature);
    }
    for (const { body } of [asked, answered]) {
      const record = await recordOf(body.id);
      expect(record).toMatchObject({ source: 'provider', status: 'ok' });
      expect(body.usage).toMatchObject({ outputTokens: record.outputTokens });
    }
  });

  it('streams the same, the calls whole at its end', async () => {
    const body = { model, prompt: PROMPT, tools };
    const whole = await generate(route, caller, body);
    const streamed = await stream(route, caller, body);
    expect(streamed).toMatchObject({ status: 200, end: 'done', text: whole.body.content });
    const any = (calls: GenerateCalls = []) => calls.map((call) => ({ ...call, id: '' }));
    expect(any(streamed.data['toolCalls'] as GenerateCalls)).toEqual(any(whole.body.toolCalls));
    expect(streamed.data).toMatchObject({ finishReason: 'tool_calls', usage: whole.body.usage });
  });

  it('answers with JSON of a schema', async () => {
    const schema = { ...parameters, additionalProperties: false };
    const answer = await generate(route, caller, { model, prompt: 'Where?', responseSchema: { schema } });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body.content)).toEqual({ city: expect.any(String) });
    const streamed = await stream(route, caller, { model, prompt: 'Where?', responseSchema: { schema } });
    expect(streamed.text).toBe(answer.body.content);
  });

  it('takes images', async () => {
    for (const image of [PNG, `data:image/png;base64,${PNG}`]) {
      const content = [
        { type: 'image', image },
        { type: 'text', text: 'What is it?' },
      ];
      const answer = await generate(route, caller, { model, messages: [{ role: 'user', content }] });
      expect(answer.status).toBe(200);
      // The sandbox counts an image as 256 tokens.
      expect(answer.body.usage['inputTokens']).toBeGreaterThan(256);
      const [sent] = await sandboxRequests(answer.body.id);
      expect(sent?.text).toContain(PNG);
    }
  });

  it('counts what had come of a call that was lost', async () => {
    const plain = plainModelOf(provider);
    const args = JSON.stringify({ city: 'where the lake ends '.repeat(40) });
    const prompt = `[[sandbox: tool=now args='${args}' delay=2 fault=cut afterEvents=20]]`;
    const lost = await stream(route, caller, {
      model: plain ?? modelOf(provider),
      prompt,
      tools,
      maxTokens: 2_000,
    });
    // Gemini tells a call whole, or not at all: then nothing has begun, and it is tried again.
    expect(lost.end || lost.status).toBe(provider === 'gemini' ? 502 : 'error');
    const { source, outputTokens, attempts } = await recordOf(requestIdOf(lost));
    if (plain) {
      expect(source).toBe('estimated');
      expect(outputTokens).toBeGreaterThan(50);
      expect(outputTokens).toBeLessThan(args.length);
    } else {
      // How long it had thought nobody knows.
      expect({ source, outputTokens }).toEqual({ source: 'held', outputTokens: 2_000 * attempts.length });
    }
  });

  it('says what is wrong with them, and spends nothing', async () => {
    const wrong: [string, object][] = [
      ['tools.1.name: Another tool has this name.', { prompt: 'Hi', tools: [tools[0], tools[0]] }],
      ['toolChoice: Needs tools.', { prompt: 'Hi', toolChoice: 'auto' }],
      [
        'messages.0.content.0.image: Must be a PNG, JPEG, WebP or GIF image.',
        { messages: [{ role: 'user', content: [{ type: 'image', image: 'aGVsbG8=' }] }] },
      ],
      [
        'messages.1.toolCallId: No call of the assistant’s message before it has this id, or it has its result already.',
        {
          messages: [
            { role: 'user', content: 'Hi' },
            { role: 'tool', toolCallId: 'x', content: '' },
          ],
        },
      ],
    ];
    for (const [message, body] of wrong) {
      const answer = await generate(route, caller, { model, ...body });
      expect(expectError(answer, 400, 'invalid_request').message).toBe(message);
      expect(await sandboxRequests(requestIdOf(answer))).toEqual([]);
    }
  });
});

it('a model that can’t be made to call a tool is not asked to', async () => {
  const route = ROUTES.find(({ provider, token }) => provider === 'anthropic' && token === 'accessToken');
  if (!route) throw new Error('No route to Anthropic');
  const body = { model: 'claude-opus-5-5', prompt: 'Hi', tools, toolChoice: 'required' };
  const answer = await generate(route, await newCaller(), body);
  expect(expectError(answer, 422, 'unprocessable').message).toMatch(
    /^toolChoice: claude-opus-5-5 can’t be made/,
  );
  expect(await sandboxRequests(requestIdOf(answer))).toEqual([]);
});

type GenerateCalls = { id: string; name: string; arguments: string }[];
