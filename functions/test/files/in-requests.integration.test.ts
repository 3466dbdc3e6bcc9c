import { beforeAll, describe, expect, it } from 'vitest';
import { expectError, seenUser } from '../auth/support.ts';
import { type Caller, newCaller, post, requestIdOf, upstreamOf } from '../gateway/support.ts';
import { api, call, getClientToken } from '../harness/request.ts';
import { sandboxRequests } from '../harness/sandbox.ts';
import { modelOf } from '../llm/support.ts';
import { samples } from './samples.ts';
import { upload } from './support.ts';

let caller: Caller;
let token: string;
let png: Buffer;
let image: string;
let text: string;
beforeAll(async () => {
  caller = await newCaller(undefined, { scopes: ['generate', 'files:read'] });
  token = caller.user.accessToken;
  png = await samples.png();
  image = (await upload(token, png, { query: { name: 'p.png' } })).body.id;
  text = (await upload(token, 'The secret word is elderberry.', { query: { name: 'notes.txt' } })).body.id;
});

const CHAT = 'gpt-4.1-mini';
const MESSAGE = 'claude-haiku-4-5';
const inBase64 = () => png.toString('base64');
const about = (...content: object[]) => [
  { role: 'user', content: [{ type: 'text', text: 'What is this?' }, ...content] },
];

describe('in the simple body', () => {
  it.each([CHAT, MESSAGE, modelOf('gemini')])('a file is an image, to %s', async (model) => {
    const messages = about({ type: 'image', fileId: image });
    const answer = await api<{ id: string }>('llm/generate', {
      token,
      body: { model, messages, maxTokens: 50 },
    });
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
    expect((await upstreamOf(answer.body.id)).text).toContain(inBase64());
  });

  it('a text file is a document, also with a client token', async () => {
    const clientToken = await getClientToken(token);
    const body = { model: CHAT, messages: about({ type: 'document', fileId: text }), maxTokens: 50 };
    const answer = await call<{ id: string }>('/openaiGenerate', { token: clientToken, body });
    expect(answer.status).toBe(200);
    expect((await upstreamOf(answer.body.id)).text).toContain(
      'notes.txt:\\n\\nThe secret word is elderberry.',
    );
  });

  it('a file of somebody else is none, and nothing goes out', async () => {
    const other = await seenUser();
    const messages = about({ type: 'image', fileId: image });
    const answer = await api('llm/generate', {
      token: other.accessToken,
      body: { model: CHAT, messages },
    });
    const error = expectError(answer, 400, 'invalid_request');
    expect(error.message).toContain('messages.0.content.1.fileId');
    expect(await sandboxRequests(error.requestId)).toEqual([]);
  });

  it('a text is no image', async () => {
    const messages = about({ type: 'image', fileId: text });
    expectError(
      await api('llm/generate', { token, body: { model: CHAT, messages } }),
      400,
      'invalid_request',
    );
    const both = about({ type: 'image', fileId: image, image: inBase64() });
    expectError(
      await api('llm/generate', { token, body: { model: CHAT, messages: both } }),
      400,
      'invalid_request',
    );
  });
});

describe('in the SDKs’ formats', () => {
  it.each([CHAT, MESSAGE])('OpenAI’s SDK names an image by its id, to %s', async (model) => {
    const { response } = await caller.openai.chat.completions
      .create({
        model,
        max_completion_tokens: 50,
        messages: about({ type: 'image_url', image_url: { url: image } }) as never,
      })
      .withResponse();
    expect((await upstreamOf(requestIdOf(response))).text).toContain(inBase64());
  });

  it.each([MESSAGE, CHAT])('Anthropic’s SDK names an image by its id, to %s', async (model) => {
    const { response } = await caller.anthropic.messages
      .create({
        model,
        max_tokens: 50,
        messages: about(
          { type: 'image', source: { type: 'file', file_id: image } },
          // A text as a document is of Anthropic's format alone.
          ...(model === MESSAGE ? [{ type: 'document', source: { type: 'file', file_id: text } }] : []),
        ) as never,
      })
      .withResponse();
    const sent = (await upstreamOf(requestIdOf(response))).text;
    expect(sent).toContain(inBase64());
    expect(sent.includes('elderberry')).toBe(model === MESSAGE);
  });

  it('a key without files:read reads none through a model', async () => {
    const poor = await newCaller(undefined, { scopes: ['generate'] });
    const mine = (await upload(poor.user.accessToken, png)).body.id;
    const body = JSON.stringify({
      model: CHAT,
      messages: about({ type: 'image_url', image_url: { url: mine } }),
    });
    const answer = await post('chat/completions', body, poor.key);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('files:read');
    expect((await post('chat/completions', body, poor.user.accessToken)).status).toBe(200);
  });
});
