import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../domain/errors.ts';
import { GEMINI_MODELS } from '../../../providers/gemini/models.ts';
import { Lost } from '../lost.ts';
import { messagesToGemini } from './request.ts';

const modelOf = (id: string) => {
  const model = GEMINI_MODELS.find((each) => each.id === id);
  if (!model) throw new Error(`no model ${id}`);
  return model;
};
const current = modelOf('gemini-3.8-flash');
/** Takes the sampling parameters, and may think little. */
const older = modelOf('gemini-3.5-flash');
const CACHED = { cache_control: { type: 'ephemeral' } };

function convert(body: Record<string, unknown>, model = current) {
  const lost = new Lost();
  const messages = [{ role: 'user', content: 'Hi' }];
  const asked = { model: 'm', max_tokens: 100, messages, ...body };
  return { call: messagesToGemini(asked, { model, maximum: 100 }, lost), lost: lost.fields };
}
const user = (...content: unknown[]) => ({ messages: [{ role: 'user', content }] });
const assistant = (...content: unknown[]) => ({ messages: [{ role: 'assistant', content }] });
const image = (data: string) => ({
  type: 'image',
  source: { type: 'base64', media_type: 'image/png', data },
});
const inline = (data: string, mimeType = 'image/png') => ({ inlineData: { mimeType, data } });
const use = (id: string, name: string) => ({ type: 'tool_use', id, name, input: { n: 1 } });

describe('a message’s body as a call of Gemini’s', () => {
  it('is the same whoever sent it, and says so', () => {
    const lost = new Lost();
    const { messages } = user({ type: 'text', text: 'Hi', ...CACHED });
    messagesToGemini({ messages, metadata: { user_id: 'u1' } }, { model: current, maximum: 100 }, lost);
    expect(lost).toMatchObject({
      fields: [],
      hints: ['metadata.user_id', 'messages.0.content.0.cache_control'],
    });
  });

  it('carries the whole conversation', () => {
    const { call, lost } = convert({
      system: [{ type: 'text', text: 'Be brief.', ...CACHED }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look', ...CACHED },
            image('aGk='),
            {
              type: 'document',
              title: 'A',
              source: { type: 'base64', media_type: 'application/pdf', data: 'aGk=' },
            },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm.', signature: '' },
            { type: 'text', text: 'Let me see.' },
            { type: 'thinking', thinking: '', signature: 'gemini:S' },
            { ...use('a', 'weather'), caller: { type: 'direct' } },
            use('b', 'time'),
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'And?' },
            { type: 'tool_result', tool_use_id: 'b', content: 'Broken', is_error: true, ...CACHED },
            {
              type: 'tool_result',
              tool_use_id: 'a',
              content: [{ type: 'text', text: 'Fine' }, image('aG8=')],
            },
          ],
        },
      ],
      stream: true,
    });
    expect(lost).toEqual([]);
    const args = { n: 1 };
    expect(call).toEqual({
      model: 'gemini-3.8-flash',
      stream: true,
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      contents: [
        { role: 'user', parts: [{ text: 'Look' }, inline('aGk='), inline('aGk=', 'application/pdf')] },
        {
          role: 'model',
          parts: [
            { text: 'Let me see.' },
            { functionCall: { id: 'a', name: 'weather', args }, thoughtSignature: 'S' },
            { functionCall: { id: 'b', name: 'time', args } },
          ],
        },
        {
          role: 'user',
          parts: [
            { functionResponse: { id: 'b', name: 'time', response: { error: 'Broken' } } },
            {
              functionResponse: {
                id: 'a',
                name: 'weather',
                response: { output: 'Fine' },
                parts: [inline('aG8=')],
              },
            },
          ],
        },
        { role: 'user', parts: [{ text: 'And?' }] },
      ],
      generationConfig: { maxOutputTokens: 100 },
    });
  });

  it('takes a document of plain text for text', () => {
    const source = { type: 'text', media_type: 'text/plain', data: 'Once upon a time' };
    const { call, lost } = convert(user({ type: 'document', title: 'A', source }));
    expect({ contents: call.contents, lost }).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'Once upon a time' }] }],
      lost: [],
    });
  });

  it('takes texts for what may be blocks, and a result that is empty', () => {
    const { call } = convert({
      system: 'Be brief.',
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'Ho' },
        { role: 'user', content: 'Go' },
        { role: 'assistant', content: [use('a', 'f')] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a' }] },
      ],
    });
    expect(call.systemInstruction).toEqual({ parts: [{ text: 'Be brief.' }] });
    expect(call.contents).toMatchObject([
      { role: 'user', parts: [{ text: 'Hi' }] },
      { role: 'model', parts: [{ text: 'Ho' }] },
      { role: 'user', parts: [{ text: 'Go' }] },
      { role: 'model', parts: [{ thoughtSignature: 'skip_thought_signature_validator' }] },
      { role: 'user', parts: [{ functionResponse: { response: { output: '' } } }] },
    ]);
  });

  it('carries the settings', () => {
    const { call, lost } = convert(
      {
        temperature: 0.5,
        top_p: 0.9,
        top_k: 5,
        stop_sequences: ['END'],
        service_tier: 'standard_only',
        output_config: { format: { type: 'json_schema', schema: { type: 'object' } } },
      },
      older,
    );
    expect(lost).toEqual([]);
    expect(call.generationConfig).toEqual({
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      topK: 5,
      stopSequences: ['END'],
      responseMimeType: 'application/json',
      responseJsonSchema: { type: 'object' },
    });
  });

  it.each([
    [undefined, undefined],
    [{ type: 'auto', disable_parallel_tool_use: false }, { mode: 'AUTO' }],
    [{ type: 'none' }, { mode: 'NONE' }],
    [{ type: 'any' }, { mode: 'ANY' }],
    [
      { type: 'tool', name: 'now' },
      { mode: 'ANY', allowedFunctionNames: ['now'] },
    ],
  ])('offers tools, with the choice %j', (tool_choice, functionCallingConfig) => {
    const input_schema = { type: 'object' };
    const { call, lost } = convert({
      tools: [{ name: 'now', description: 'Tells it', input_schema, ...CACHED }],
      tool_choice,
    });
    expect(lost).toEqual([]);
    expect(call.tools).toEqual([
      {
        functionDeclarations: [{ name: 'now', description: 'Tells it', parametersJsonSchema: input_schema }],
      },
    ]);
    expect(call.toolConfig).toEqual(functionCallingConfig && { functionCallingConfig });
  });

  it('keeps to strict schemas', () => {
    const tools = [{ name: 'now', input_schema: { type: 'object' }, strict: true }];
    expect(convert({ tools }).call.toolConfig).toEqual({ functionCallingConfig: { mode: 'VALIDATED' } });
  });

  const enabled = (budget_tokens: number) => ({ thinking: { type: 'enabled', budget_tokens } });
  it.each<[object, object]>([
    [{ thinking: { type: 'adaptive' } }, { includeThoughts: true }],
    [{ thinking: { type: 'adaptive', display: 'omitted' } }, {}],
    [
      { thinking: { type: 'adaptive' }, output_config: { effort: 'max' } },
      { thinkingLevel: 'HIGH', includeThoughts: true },
    ],
    [{ output_config: { effort: 'low' } }, { thinkingLevel: 'LOW' }],
    [enabled(1024), { thinkingLevel: 'LOW', includeThoughts: true }],
    [enabled(8192), { thinkingLevel: 'MEDIUM', includeThoughts: true }],
    [enabled(32_000), { thinkingLevel: 'HIGH', includeThoughts: true }],
    [{ thinking: { type: 'disabled' } }, { thinkingLevel: 'MINIMAL' }],
  ])('thinks by %j', (body, thinkingConfig) => {
    const { call, lost } = convert({ ...body }, older);
    expect(lost).toEqual([]);
    expect(call.generationConfig).toEqual({ maxOutputTokens: 100, thinkingConfig });
  });
});

describe('what Gemini can’t be sent is named', () => {
  const source = { type: 'url', url: 'https://example.com/a.png' };
  it.each<[string, Record<string, unknown>]>([
    ['temperature', { temperature: 0.5 }],
    ['top_k', { top_k: 5 }],
    ['metadata.team', { metadata: { team: 't' } }],
    ['service_tier', { service_tier: 'priority' }],
    ['mcp_servers', { mcp_servers: [{}] }],
    ['thinking', { thinking: { type: 'disabled' } }],
    ['thinking', { thinking: { type: 'between_tools' } }],
    ['output_config.effort', { output_config: { effort: 'toString' } }],
    ['output_config.format', { output_config: { format: { type: 'grammar' } } }],
    ['tools.0', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }],
    ['tool_choice', { tool_choice: { type: 'some' } }],
    [
      'tool_choice.disable_parallel_tool_use',
      { tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
    ],
    ['messages.0.role', { messages: [{ role: 'system', content: 'x' }] }],
    ['messages.0.content.0', user({ type: 'image', source })],
    ['messages.0.content.0', user({ type: 'document', source: { type: 'content', content: 'x' } })],
    ['messages.0.content.0', user({ type: 'search_result' })],
    ['messages.0.content.0', assistant({ type: 'thinking', thinking: 'x', signature: 'of another' })],
    ['messages.0.content.0', assistant({ type: 'redacted_thinking', data: 'x' })],
    ['messages.0.content.0.caller', assistant({ ...use('a', 'f'), caller: { type: 'server' } })],
    ['system.0', { system: [image('aGk=')] }],
  ])('%s', (field, body) => {
    expect(convert(body).lost).toEqual([field]);
  });
});

describe('what is not of Anthropic’s format is refused', () => {
  it.each<[string, Record<string, unknown>]>([
    ['messages', { messages: 'Hi' }],
    ['messages.0.content.0.text', user({ type: 'text' })],
    ['messages.0.content.0.source', user({ type: 'image' })],
    ['messages.0.content.0.tool_use_id', user({ type: 'tool_result', tool_use_id: 'nobody' })],
    ['messages.0.content.0.signature', assistant({ type: 'thinking', thinking: 'x' })],
    ['tools.0.input_schema', { tools: [{ name: 'f' }] }],
  ])('%s', (field, body) => {
    let thrown: unknown;
    try {
      convert(body);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(GatewayError);
    expect(thrown).toMatchObject({ code: 'invalid_request', details: { field } });
  });
});
