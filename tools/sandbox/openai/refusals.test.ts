import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { rejection, useSandbox } from '../testing.ts';

const { sandbox, openai } = useSandbox();

type Expected = { status: number; code?: string | null; param?: string | null; message?: unknown };

const HELLO = [{ role: 'user', content: 'Hi' }];

async function refusalOf(path: string, body: unknown): Promise<unknown> {
  return rejection(openai().post(path, { body }));
}

describe('chat completions refuse', () => {
  it.each<[string, object, Expected]>([
    ['no model', { messages: HELLO }, { status: 400 }],
    ['an unknown model', { model: 'unknown-1', messages: HELLO }, { status: 404, code: 'model_not_found' }],
    [
      'no messages',
      { model: 'gpt-4o' },
      { status: 400, code: 'missing_required_parameter', param: 'messages' },
    ],
    ['empty messages', { model: 'gpt-4o', messages: [] }, { status: 400, code: 'empty_array' }],
    [
      'a bad role',
      { model: 'gpt-4o', messages: [{ role: 'bot', content: '' }] },
      { status: 400, param: 'messages[0].role' },
    ],
    [
      'a negative maximum',
      { model: 'gpt-4o', messages: HELLO, max_tokens: -1 },
      { status: 400, code: 'integer_below_min_value' },
    ],
    [
      'a maximum too large',
      { model: 'gpt-4o', messages: HELLO, max_tokens: 16_385 },
      { status: 400, param: 'max_tokens' },
    ],
    [
      'a temperature too high',
      { model: 'gpt-4o', messages: HELLO, temperature: 2.1 },
      { status: 400, code: 'decimal_above_max_value' },
    ],
    [
      'an unknown parameter',
      { model: 'gpt-4o', messages: HELLO, maxTokens: 1 },
      { status: 400, code: 'unknown_parameter', param: 'maxTokens' },
    ],
    [
      'stream_options without stream',
      { model: 'gpt-4o', messages: HELLO, stream_options: {} },
      { status: 400, param: 'stream_options' },
    ],
    [
      'tool_choice without tools',
      { model: 'gpt-4o', messages: HELLO, tool_choice: 'auto' },
      { status: 400, param: 'tool_choice' },
    ],
    [
      'max_tokens on a reasoning model',
      { model: 'gpt-5-mini', messages: HELLO, max_tokens: 10 },
      { status: 400, code: 'unsupported_parameter', param: 'max_tokens' },
    ],
    [
      'temperature on a reasoning model',
      { model: 'o3', messages: HELLO, temperature: 0.7 },
      {
        status: 400,
        code: 'unsupported_value',
        param: 'temperature',
        message: expect.stringContaining(
          "'temperature' does not support 0.7 with this model. Only the default (1) value is supported.",
        ),
      },
    ],
    [
      'a penalty on a reasoning model',
      { model: 'gpt-6-sol', messages: HELLO, presence_penalty: 1 },
      { status: 400, param: 'presence_penalty' },
    ],
    [
      'an effort on another model',
      { model: 'gpt-4o', messages: HELLO, reasoning_effort: 'low' },
      { status: 400, param: 'reasoning_effort' },
    ],
    [
      'no effort on gpt-5',
      { model: 'gpt-5', messages: HELLO, reasoning_effort: 'none' },
      { status: 400, code: 'unsupported_value' },
    ],
    [
      'a wrong directive',
      { model: 'gpt-4o', messages: [{ role: 'user', content: '[[sandbox: token=1]]' }] },
      { status: 400 },
    ],
  ])('%s', async (_, body, expected) => {
    const error = await refusalOf('/chat/completions', body);
    expect(error).toBeInstanceOf(OpenAI.APIError);
    expect(error).toMatchObject({ type: 'invalid_request_error', ...expected });
  });

  it.each([
    ['temperature at its default', { model: 'o3', temperature: 1, max_completion_tokens: 50 }],
    ['temperature without thinking', { model: 'gpt-5.4', temperature: 0.2, reasoning_effort: 'none' }],
    ['temperature on a chat model', { model: 'gpt-5-chat-latest', temperature: 0.2, max_tokens: 10 }],
  ])('but not %s', async (_, body) => {
    await expect(
      openai().post('/chat/completions', { body: { messages: HELLO, ...body } }),
    ).resolves.toBeDefined();
  });
});

describe('responses refuse', () => {
  it.each<[string, object, Expected]>([
    ['no input', { model: 'gpt-4o' }, { status: 400, param: 'input' }],
    ['an unknown model', { model: 'unknown', input: 'Hi' }, { status: 404, code: 'model_not_found' }],
    [
      'a maximum under 16',
      { model: 'gpt-4o', input: 'Hi', max_output_tokens: 15 },
      { status: 400, code: 'integer_below_min_value' },
    ],
    [
      'temperature on a reasoning model',
      { model: 'gpt-5', input: 'Hi', temperature: 0.5 },
      { status: 400, param: 'temperature' },
    ],
    [
      'an unknown parameter',
      { model: 'gpt-4o', input: 'Hi', messages: [] },
      { status: 400, code: 'unknown_parameter' },
    ],
    [
      'an unknown earlier response',
      { model: 'gpt-4o', input: 'Hi', previous_response_id: 'resp_0' },
      { status: 400, code: 'previous_response_not_found' },
    ],
    ['an unknown conversation', { model: 'gpt-4o', input: 'Hi', conversation: 'conv_0' }, { status: 404 }],
    [
      'background mode',
      { model: 'gpt-4o', input: 'Hi', background: true },
      { status: 400, param: 'background' },
    ],
  ])('%s', async (_, body, expected) => {
    expect(await refusalOf('/responses', body)).toMatchObject({ type: 'invalid_request_error', ...expected });
  });
});

describe('OpenAI refuses', () => {
  const post = (headers: Record<string, string>, body: string) =>
    fetch(`${sandbox.url}/openai/v1/chat/completions`, { method: 'POST', headers, body });

  it('a request without a key', async () => {
    const response = await post({}, '{}');
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', code: null } });
  });

  it('a key that says it is invalid', async () => {
    const client = openai().withOptions({ apiKey: 'sk-invalid' });
    const error = await rejection(client.models.list());
    expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(error).toMatchObject({ code: 'invalid_api_key' });
  });

  it('a body that is not JSON', async () => {
    const response = await post({ authorization: 'Bearer key' }, '{"model":');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { message: expect.stringContaining('JSON') } });
  });

  it('an unknown URL', async () => {
    const error = await rejection(openai().get('/nowhere'));
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect(error).toMatchObject({ message: expect.stringContaining('Invalid URL (GET /v1/nowhere)') });
  });
});

it.each([
  ['a key', 'key-1', 200],
  ['a wrong key', 'invalid-1', 401],
])('takes %s in the header that Azure has for it', async (_, key, status) => {
  const response = await fetch(`${sandbox.url}/openai/v1/chat/completions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'api-key': key },
    body: JSON.stringify({ model: 'my-deployment', messages: HELLO }),
  });
  expect(response.status).toBe(status);
});
