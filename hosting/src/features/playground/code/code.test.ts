import { describe, expect, it } from 'vitest';
import type { Draft } from '../state/draft.ts';
import type { ModelChoice } from '../state/models.ts';
import { SAMPLE_SCHEMA, SAMPLE_TOOLS } from '../state/samples.ts';
import { anthropicCode } from './anthropic.ts';
import { curlCode } from './curl.ts';
import { fetchCode } from './fetch.ts';
import { openAiCode, openAiPythonCode } from './openai.ts';
import { Expression, JAVASCRIPT, PYTHON, print } from './print.ts';
import { codeRequest } from './request.ts';

const draft: Draft = {
  prompt: "It's a `test` of $HOME\nand \\n",
  system: '',
  temperature: 0.5,
  maxTokens: null,
  fallbacks: [],
  images: [],
  tools: '',
  toolChoice: 'auto',
  schema: '',
};
const choice = (id: string, capabilities: string[]): ModelChoice => ({
  ref: id,
  providerId: 'openai',
  providerName: 'OpenAI',
  configured: true,
  sandbox: true,
  model: { id, name: id, contextWindow: 1, maxOutputTokens: 100_000, capabilities },
});
const reasoning = choice('gpt-6-luna', ['chat', 'reasoning']);
const classic = choice('gpt-4.1', ['chat']);
const addresses = { origin: 'https://example.web.app', functions: 'https://functions.example' };
const of = (change: Partial<Draft> = {}, model = reasoning) =>
  codeRequest({ ...draft, ...change }, model, addresses);
const image = { name: "it's.png", dataUrl: 'data:image/png;base64,iVBORw0KGgo=' };
const rich = {
  system: 'Be brief.',
  maxTokens: 64,
  images: [image],
  tools: JSON.stringify(SAMPLE_TOOLS),
  toolChoice: 'required' as const,
  schema: JSON.stringify(SAMPLE_SCHEMA),
};

describe('print', () => {
  const value = { a: [1, null, true], 'b-c': 'é"\n', d: new Expression('image1'), e: {}, f: [] };

  it('writes literals of JavaScript', () => {
    expect(print(value, JAVASCRIPT)).toBe(
      '{ a: [1, null, true], "b-c": "é\\"\\n", d: image1, e: {}, f: [] }',
    );
  });

  it('writes literals of Python', () => {
    expect(print(value, PYTHON)).toBe(
      '{ "a": [1, None, True], "b-c": "é\\"\\n", "d": image1, "e": {}, "f": [] }',
    );
  });

  it('breaks up what is long', () => {
    expect(print({ a: ['x'.repeat(70)], b: 1 }, JAVASCRIPT)).toBe(
      `{\n  a: [\n    "${'x'.repeat(70)}",\n  ],\n  b: 1,\n}`,
    );
  });
});

it('curl sends the body as one word, or from files', () => {
  const plain = curlCode(of());
  expect(plain).toContain("'https://functions.example/api/v1/llm/generate'");
  expect(plain).toContain(`"prompt": "It'\\''s a \`test\` of $HOME\\nand \\\\n"`);
  const withImage = curlCode(of({ images: [image] }));
  expect(withImage).toContain(`"image": "$(base64 < 'it'\\''s.png' | tr -d '\\n')"`);
  expect(withImage).toContain('"text": "It\'s a \\`test\\` of \\$HOME\\\\nand \\\\\\\\n"');
  expect(withImage).not.toContain('iVBOR');
});

it('SDKs leave out a temperature that the model would refuse', () => {
  expect(openAiCode(of())).not.toContain('temperature');
  expect(openAiCode(of({}, classic))).toContain('temperature: 0.5');
  expect(anthropicCode(of({}, classic))).not.toContain('temperature');
});

it('Anthropic’s format names a maximum', () => {
  expect(anthropicCode(of())).toContain('max_tokens: 4096');
  expect(anthropicCode(of({ maxTokens: 9 }))).toContain('max_tokens: 9');
});

it('each says all that was asked for', () => {
  const request = of(rich, classic);
  expect(openAiCode(request)).toContain('readFileSync("it\'s.png")');
  for (const code of [openAiCode(request), openAiPythonCode(request)]) {
    for (const word of ['Be brief.', 'max_completion_tokens', 'tool_choice', 'response_format', 'strict']) {
      expect(code).toContain(word);
    }
    expect(code).not.toContain('stream');
  }
  for (const word of ['system', 'input_schema', 'tool_choice: { type: "any" }', 'output_config']) {
    expect(anthropicCode(request)).toContain(word);
  }
  for (const word of ['Be brief.', 'toolChoice: "required"', 'responseSchema', 'image: image1']) {
    expect(fetchCode(request)).toContain(word);
  }
});

it('Python code is Python', () => {
  expect(openAiPythonCode(of(rich, classic))).toMatchInlineSnapshot(`
    "import base64
    import os

    from openai import OpenAI

    client = OpenAI(
        base_url="https://functions.example/gateway/v1",
        api_key=os.environ["FIREGATE_API_KEY"],
    )
    with open("it's.png", "rb") as file:
        image1 = base64.b64encode(file.read()).decode()

    completion = client.chat.completions.create(
        model="gpt-4.1",
        messages=[
          { "role": "system", "content": "Be brief." },
          {
            "role": "user",
            "content": [
              {
                "type": "image_url",
                "image_url": { "url": f"data:image/png;base64,{image1}" },
              },
              { "type": "text", "text": "It's a \`test\` of $HOME\\nand \\\\n" },
            ],
          },
        ],
        max_completion_tokens=64,
        temperature=0.5,
        tools=[
          {
            "type": "function",
            "function": {
              "name": "get_weather",
              "description": "Tells the weather of a city.",
              "parameters": {
                "type": "object",
                "properties": {
                  "city": { "type": "string", "description": "Its name, in English" },
                  "unit": { "type": "string", "enum": ["celsius", "fahrenheit"] },
                },
                "required": ["city"],
              },
            },
          },
        ],
        tool_choice="required",
        response_format={
          "type": "json_schema",
          "json_schema": {
            "name": "answer",
            "schema": {
              "type": "object",
              "properties": {
                "title": { "type": "string" },
                "steps": { "type": "array", "items": { "type": "string" } },
                "minutes": { "type": ["integer", "null"] },
              },
              "required": ["title", "steps", "minutes"],
              "additionalProperties": False,
            },
            "strict": True,
          },
        },
    )
    message = completion.choices[0].message
    print(message.content)
    for call in message.tool_calls or []:
        print(call.function.name, call.function.arguments)"
  `);
});

it('fallbacks are those of the model’s own provider, and not itself', () => {
  const request = of({ fallbacks: ['anthropic/claude', 'openai/gpt-6-luna', 'openai/gpt-6-sol'] });
  expect(request.body.models).toEqual(['openai/gpt-6-sol']);
  expect(openAiCode(request)).toContain('models: ["openai/gpt-6-sol"],');
  expect(anthropicCode(request)).toContain('models: ["openai/gpt-6-sol"],');
  expect(openAiPythonCode(request)).toContain('extra_body={ "models": ["openai/gpt-6-sol"] },');
  expect(fetchCode(request)).toContain('models: ["gpt-6-luna", "openai/gpt-6-sol"]');
});

it('the client token is good for this model alone', () => {
  expect(fetchCode(of())).toContain('{ providers: ["openai"], models: ["gpt-6-luna"], ttlSeconds: 300 }');
});
