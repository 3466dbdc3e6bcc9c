import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { rejection, useSandbox } from '../testing.ts';

const { sandbox, anthropic } = useSandbox();

const HELLO = [{ role: 'user', content: 'Hi' }];
const BODY = { model: 'claude-opus-5-5', max_tokens: 100, messages: HELLO };

async function refusalOf(body: object): Promise<unknown> {
  return rejection(anthropic().post('/v1/messages', { body }));
}

describe('messages refuse', () => {
  it.each<[string, object, string]>([
    ['no max_tokens', { ...BODY, max_tokens: undefined }, 'max_tokens: Field required'],
    [
      'a negative max_tokens',
      { ...BODY, max_tokens: -1 },
      'max_tokens: Input should be greater than or equal to 0',
    ],
    [
      'a max_tokens too large',
      { ...BODY, max_tokens: 128_001 },
      'max_tokens: 128001 > 128000, which is the maximum',
    ],
    ['no model', { ...BODY, model: undefined }, 'model: Field required'],
    ['no messages', { ...BODY, messages: undefined }, 'messages: Field required'],
    ['empty messages', { ...BODY, messages: [] }, 'messages: at least one message is required'],
    ['an empty user message', { ...BODY, messages: [{ role: 'user', content: '' }] }, 'non-empty content'],
    ['a bad role', { ...BODY, messages: [{ role: 'bot', content: 'Hi' }] }, 'messages.0.role'],
    ['an unknown parameter', { ...BODY, n: 2 }, 'n: Extra inputs are not permitted'],
    [
      'temperature on a current model',
      { ...BODY, temperature: 0.7 },
      '`temperature` is deprecated for this model.',
    ],
    ['top_k on a current model', { ...BODY, top_k: 5 }, '`top_k` is deprecated for this model.'],
    [
      'temperature and top_p',
      { ...BODY, model: 'claude-sonnet-4-5', temperature: 0.7, top_p: 0.9 },
      'cannot both be specified',
    ],
    [
      'a temperature over 1',
      { ...BODY, model: 'claude-sonnet-4-5', temperature: 1.5 },
      'temperature: range: 0..1',
    ],
    [
      'a thinking budget',
      { ...BODY, thinking: { type: 'enabled', budget_tokens: 2048 } },
      '"thinking.type.enabled" is not supported',
    ],
    [
      'prefill',
      { ...BODY, messages: [...HELLO, { role: 'assistant', content: 'I' }] },
      'does not support assistant message prefill',
    ],
    [
      'a tool that must be called, of a model that calls at will',
      { ...BODY, model: 'claude-opus-5-5', tool_choice: { type: 'any' } },
      'tool_choice: type "tool" and "any" are not supported for this model.',
    ],
    [
      'a tool that is not there',
      { ...BODY, model: 'claude-sonnet-5', tool_choice: { type: 'tool', name: 'x' } },
      "Tool 'x' not found",
    ],
    [
      'a wrong directive',
      { ...BODY, messages: [{ role: 'user', content: '[[sandbox: token=1]]' }] },
      'token',
    ],
  ])('%s', async (_, body, message) => {
    const error = await refusalOf(body);
    expect(error).toBeInstanceOf(Anthropic.BadRequestError);
    expect(error).toMatchObject({
      type: 'invalid_request_error',
      apiMessage: expect.stringContaining(message),
      error: { type: 'error', request_id: expect.stringMatching(/^req_/) },
    });
  });

  it('an unknown model', async () => {
    const error = await refusalOf({ ...BODY, model: 'unknown-model' });
    expect(error).toBeInstanceOf(Anthropic.NotFoundError);
    expect(error).toMatchObject({ type: 'not_found_error' });
  });

  it.each([
    ['temperature at its default', { temperature: 1 }],
    ['temperature on an older model', { model: 'claude-haiku-4-5', temperature: 0.3 }],
    [
      'prefill on an older model',
      { model: 'claude-haiku-4-5', messages: [...HELLO, { role: 'assistant', content: 'I' }] },
    ],
    ['nothing at all to write', { max_tokens: 0 }],
  ])('but not %s', async (_, changes) => {
    await expect(anthropic().post('/v1/messages', { body: { ...BODY, ...changes } })).resolves.toBeDefined();
  });
});

describe('Anthropic refuses', () => {
  const post = (headers: Record<string, string>, body = JSON.stringify(BODY)) =>
    fetch(`${sandbox.url}/anthropic/v1/messages`, { method: 'POST', headers, body });
  const version = { 'anthropic-version': '2023-06-01' };

  it.each<[string, Record<string, string>, string | undefined, number, string]>([
    ['a request without a key', version, undefined, 401, 'authentication_error'],
    ['an invalid key', { ...version, 'x-api-key': 'sk-invalid' }, undefined, 401, 'authentication_error'],
    ['a request without a version', { 'x-api-key': 'key' }, undefined, 400, 'invalid_request_error'],
    [
      'an unknown version',
      { 'x-api-key': 'key', 'anthropic-version': '1' },
      undefined,
      400,
      'invalid_request_error',
    ],
    ['a body that is not JSON', { ...version, 'x-api-key': 'key' }, '{', 400, 'invalid_request_error'],
  ])('%s', async (_, headers, body, status, type) => {
    const response = await post(headers, body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      type: 'error',
      error: { type },
      request_id: response.headers.get('request-id'),
    });
  });

  it('not a key in either header', async () => {
    expect((await post({ ...version, 'x-api-key': 'key' })).status).toBe(200);
    expect((await post({ ...version, authorization: 'Bearer key' })).status).toBe(200);
  });
});
