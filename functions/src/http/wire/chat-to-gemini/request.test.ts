import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../domain/errors.ts';
import { GEMINI_MODELS } from '../../../providers/gemini/models.ts';
import { Lost } from '../lost.ts';
import { chatToGemini } from './request.ts';

const modelOf = (id: string) => {
  const model = GEMINI_MODELS.find((each) => each.id === id);
  if (!model) throw new Error(`no model ${id}`);
  return model;
};
const current = modelOf('gemini-3.8-flash');
/** Takes the sampling parameters, and may think little. */
const older = modelOf('gemini-3.5-flash');

function convert(body: Record<string, unknown>, model = current) {
  const lost = new Lost();
  const messages = [{ role: 'user', content: 'Hi' }];
  const call = chatToGemini({ model: 'm', messages, ...body }, { model, maximum: 100 }, lost);
  return { call, lost: lost.fields, hints: lost.hints };
}
const contents = (messages: unknown[]) => {
  const { call, lost } = convert({ messages });
  expect(lost).toEqual([]);
  return call.contents;
};
const user = (...content: unknown[]) => ({ role: 'user', content });
const tool = (definition: object) => ({ type: 'function', function: { name: 'now', ...definition } });

describe('a chat completion’s body as a call of Gemini’s', () => {
  it('carries the whole conversation', () => {
    const { call, lost } = convert({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'developer', content: [{ type: 'text', text: 'Be kind.' }] },
        user(
          { type: 'text', text: 'Look' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=', detail: 'auto' } },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,aGk=' } },
        ),
        {
          role: 'assistant',
          content: 'Let me see.',
          reasoning_content: 'Hm.',
          refusal: null,
          tool_calls: [
            {
              id: 'a',
              type: 'function',
              function: { name: 'weather', arguments: '{"city":"Bern"}' },
              extra_content: { google: { thought_signature: 'S' } },
            },
            { id: 'b', type: 'function', function: { name: 'time', arguments: '' } },
          ],
        },
        { role: 'tool', tool_call_id: 'b', content: 'Noon' },
        { role: 'tool', tool_call_id: 'a', content: [{ type: 'text', text: 'Fine' }] },
        user({ type: 'text', text: 'And?' }),
      ],
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(lost).toEqual([]);
    expect(call).toEqual({
      model: 'gemini-3.8-flash',
      stream: true,
      systemInstruction: { parts: [{ text: 'Be brief.' }, { text: 'Be kind.' }] },
      contents: [
        {
          role: 'user',
          parts: [
            { text: 'Look' },
            { inlineData: { mimeType: 'image/png', data: 'aGk=' } },
            { inlineData: { mimeType: 'application/pdf', data: 'aGk=' } },
          ],
        },
        {
          role: 'model',
          parts: [
            { text: 'Let me see.' },
            { functionCall: { id: 'a', name: 'weather', args: { city: 'Bern' } }, thoughtSignature: 'S' },
            { functionCall: { id: 'b', name: 'time', args: {} } },
          ],
        },
        {
          role: 'user',
          parts: [
            { functionResponse: { id: 'b', name: 'time', response: { output: 'Noon' } } },
            { functionResponse: { id: 'a', name: 'weather', response: { output: 'Fine' } } },
          ],
        },
        { role: 'user', parts: [{ text: 'And?' }] },
      ],
      generationConfig: { maxOutputTokens: 100 },
    });
  });

  it('gives the signature of a text back with it, or after it', () => {
    const extra_content = { google: { thought_signature: 'S' } };
    expect(
      contents([user({ type: 'text', text: 'Hi' }), { role: 'assistant', content: 'Ho', extra_content }])[1],
    ).toEqual({
      role: 'model',
      parts: [{ text: 'Ho', thoughtSignature: 'S' }],
    });
    expect(contents([{ role: 'assistant', content: null, extra_content }])).toEqual([
      { role: 'model', parts: [{ text: '', thoughtSignature: 'S' }] },
    ]);
  });

  it('keeps the results of one step apart from those of the next', () => {
    const step = (id: string) => [
      { role: 'assistant', tool_calls: [{ id, type: 'function', function: { name: id, arguments: '{}' } }] },
      { role: 'tool', tool_call_id: id, content: 'Fine' },
    ];
    const said = contents([user({ type: 'text', text: 'Go' }), ...step('a'), ...step('b')]);
    expect(said.map(({ role, parts }) => [role, parts.length])).toEqual([
      ['user', 1],
      ['model', 1],
      ['user', 1],
      ['model', 1],
      ['user', 1],
    ]);
  });

  it('stands in for a signature that there is none of, in the first of parallel calls', () => {
    const call = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } });
    const [said] = contents([{ role: 'assistant', content: null, tool_calls: [call('a'), call('b')] }]);
    expect(said?.parts).toMatchObject([
      { thoughtSignature: 'skip_thought_signature_validator' },
      expect.not.objectContaining({ thoughtSignature: expect.anything() }),
    ]);
  });

  it('carries the settings', () => {
    const { call, lost } = convert(
      {
        temperature: 0.5,
        top_p: 0.9,
        seed: 7,
        stop: 'END',
        n: 1,
        store: false,
        service_tier: 'auto',
        verbosity: 'medium',
      },
      older,
    );
    expect(lost).toEqual([]);
    expect(call.generationConfig).toEqual({
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      seed: 7,
      stopSequences: ['END'],
    });
    expect(convert({ stop: ['a', 'b'] }).call.generationConfig).toMatchObject({ stopSequences: ['a', 'b'] });
  });

  it.each([
    [{ type: 'text' }, {}],
    [{ type: 'json_object' }, { responseMimeType: 'application/json' }],
    [
      { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' }, strict: true } },
      { responseMimeType: 'application/json', responseJsonSchema: { type: 'object' } },
    ],
  ])('asks for %j', (response_format, config) => {
    const { call, lost } = convert({ response_format });
    expect(lost).toEqual([]);
    expect(call.generationConfig).toEqual({ maxOutputTokens: 100, ...config });
  });

  it.each([
    [undefined, undefined],
    ['auto', { mode: 'AUTO' }],
    ['none', { mode: 'NONE' }],
    ['required', { mode: 'ANY' }],
    [
      { type: 'function', function: { name: 'now' } },
      { mode: 'ANY', allowedFunctionNames: ['now'] },
    ],
  ])('offers tools, with the choice %j', (tool_choice, functionCallingConfig) => {
    const parameters = { type: 'object', properties: {} };
    const tools = [
      tool({ description: 'Tells it', parameters }),
      { type: 'function', function: { name: 'f' } },
    ];
    const { call, lost } = convert({ tools, tool_choice, parallel_tool_calls: true });
    expect(lost).toEqual([]);
    expect(call.tools).toEqual([
      {
        functionDeclarations: [
          { name: 'now', description: 'Tells it', parametersJsonSchema: parameters },
          { name: 'f' },
        ],
      },
    ]);
    expect(call.toolConfig).toEqual(functionCallingConfig && { functionCallingConfig });
  });

  it.each([undefined, 'auto'])('keeps to strict schemas with the choice %j', (tool_choice) => {
    const { call } = convert({ tools: [tool({ strict: true })], tool_choice });
    expect(call.toolConfig).toEqual({ functionCallingConfig: { mode: 'VALIDATED' } });
  });

  it.each([
    ['low', current, { thinkingLevel: 'LOW', includeThoughts: true }],
    ['medium', current, { thinkingLevel: 'MEDIUM', includeThoughts: true }],
    ['xhigh', current, { thinkingLevel: 'HIGH', includeThoughts: true }],
    ['minimal', current, { thinkingLevel: 'LOW', includeThoughts: true }],
    ['minimal', older, { thinkingLevel: 'MINIMAL', includeThoughts: true }],
    ['none', older, { thinkingLevel: 'MINIMAL' }],
  ])('thinks with the effort %s', (reasoning_effort, model, thinkingConfig) => {
    const { call, lost } = convert({ reasoning_effort }, model);
    expect(lost).toEqual([]);
    expect(call.generationConfig).toEqual({ maxOutputTokens: 100, thinkingConfig });
  });
});

describe('what Gemini can’t be sent is named', () => {
  it.each<[string, Record<string, unknown>]>([
    ['n', { n: 2 }],
    ['logprobs', { logprobs: true }],
    ['logit_bias', { logit_bias: { 5: 1 } }],
    ['temperature', { temperature: 0.5 }],
    ['top_p', { top_p: 0.5 }],
    ['presence_penalty', { presence_penalty: 1 }],
    ['frequency_penalty', { frequency_penalty: 1 }],
    ['service_tier', { service_tier: 'priority' }],
    ['modalities', { modalities: ['text', 'audio'] }],
    ['web_search_options', { web_search_options: {} }],
    ['a_field_of_next_year', { a_field_of_next_year: 1 }],
    ['stream_options.include_obfuscation', { stream_options: { include_obfuscation: true } }],
    ['parallel_tool_calls', { parallel_tool_calls: false, tools: [tool({})] }],
    ['tools[0]', { tools: [{ type: 'custom', custom: { name: 'x' } }] }],
    ['tool_choice', { tool_choice: { type: 'allowed_tools' } }],
    ['response_format', { response_format: { type: 'grammar' } }],
    ['reasoning_effort', { reasoning_effort: 'none' }],
    ['reasoning_effort', { reasoning_effort: 'toString' }],
    [
      'messages[0].content[0].image_url.url',
      { messages: [user({ type: 'image_url', image_url: { url: 'https://example.com/a.png' } })] },
    ],
    [
      'messages[0].content[0].image_url.detail',
      {
        messages: [
          user({ type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=', detail: 'high' } }),
        ],
      },
    ],
    ['messages[0].content[0]', { messages: [user({ type: 'input_audio', input_audio: {} })] }],
    ['messages[0].content[0]', { messages: [user({ type: 'file', file: { file_id: 'file-1' } })] }],
    ['messages[0].name', { messages: [{ role: 'user', content: 'Hi', name: 'Ann' }] }],
    [
      'messages[1].role',
      { messages: [user({ type: 'text', text: 'Hi' }), { role: 'system', content: 'Now' }] },
    ],
    ['messages[0].role', { messages: [{ role: 'function', name: 'f', content: '' }] }],
    [
      'messages[0].thinking_blocks',
      { messages: [{ role: 'assistant', content: 'x', thinking_blocks: [{}] }] },
    ],
    ['messages[0].tool_calls[0]', { messages: [{ role: 'assistant', tool_calls: [{ type: 'custom' }] }] }],
    [
      'messages[0].extra_content.acme',
      { messages: [{ role: 'assistant', content: 'x', extra_content: { acme: { a: 1 } } }] },
    ],
  ])('%s', (field, body) => {
    expect(convert(body).lost).toEqual([field]);
  });

  it('unless the answer is the same without it', () => {
    const { lost, hints } = convert({ user: 'u1', safety_identifier: 'u1', prompt_cache_key: 'k' });
    expect({ lost, hints }).toEqual({ lost: [], hints: ['user', 'safety_identifier', 'prompt_cache_key'] });
  });

  it('at its default it is not', () => {
    const body = {
      temperature: 1,
      top_p: 1,
      n: 1,
      logprobs: false,
      presence_penalty: 0,
      frequency_penalty: 0,
    };
    expect(convert({ ...body, modalities: ['text'], tools: [], user: null }).lost).toEqual([]);
  });
});

describe('what is not of OpenAI’s format is refused', () => {
  const call = (text: unknown) => ({
    role: 'assistant',
    tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: text } }],
  });

  it.each<[string, Record<string, unknown>]>([
    ['messages', { messages: 'Hi' }],
    ['messages[0]', { messages: ['Hi'] }],
    ['messages[0].content[0].text', { messages: [user({ type: 'text' })] }],
    ['messages[0].tool_call_id', { messages: [{ role: 'tool', tool_call_id: 'nobody', content: 'x' }] }],
    ['messages[0].tool_calls[0].function.arguments', { messages: [call('[1]')] }],
    ['messages[0].tool_calls[0].function.arguments', { messages: [call('{')] }],
    ['stop', { stop: [7] }],
    ['tools[0].function', { tools: [{ type: 'function' }] }],
    ['response_format.json_schema.schema', { response_format: { type: 'json_schema', json_schema: {} } }],
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
