import { chatBody } from './chat-body.ts';
import { Expression, JAVASCRIPT, PYTHON, print } from './print.ts';
import { type CodeRequest, imageName, mediaTypeOf } from './request.ts';

export function openAiCode(request: CodeRequest): string {
  const { functions, images } = request;
  const tools = request.body.tools !== undefined;
  const body = chatBody(
    request,
    (image, nth) => new Expression(`\`data:${mediaTypeOf(image)};base64,\${${imageName(nth)}}\``),
  );
  return [
    ...(images.length > 0 ? [`import { readFileSync } from 'node:fs';`] : []),
    `import OpenAI from 'openai';`,
    '',
    'const client = new OpenAI({',
    `  baseURL: ${print(`${functions}/gateway/v1`, JAVASCRIPT)},`,
    '  apiKey: process.env.FIREGATE_API_KEY,',
    '});',
    ...images.map(
      ({ name }, nth) =>
        `const ${imageName(nth)} = readFileSync(${print(name, JAVASCRIPT)}).toString('base64');`,
    ),
    '',
    `const ${tools ? 'completion' : 'stream'} = await client.chat.completions.create(${print(
      tools ? body : { ...body, stream: true },
      JAVASCRIPT,
    )});`,
    ...(tools
      ? [
          'const { message } = completion.choices[0];',
          'console.log(message.content);',
          'for (const call of message.tool_calls ?? []) console.log(call.function.name, call.function.arguments);',
        ]
      : [
          'for await (const chunk of stream) {',
          `  process.stdout.write(chunk.choices[0]?.delta.content ?? '');`,
          '}',
        ]),
  ].join('\n');
}

export function openAiPythonCode(request: CodeRequest): string {
  const { functions, images } = request;
  const tools = request.body.tools !== undefined;
  const body = chatBody(
    request,
    (image, nth) => new Expression(`f"data:${mediaTypeOf(image)};base64,{${imageName(nth)}}"`),
  );
  // A field that the SDK has no name for.
  const { models, ...known } = body;
  const named = {
    ...known,
    ...(!tools && { stream: true }),
    ...(models !== undefined && { extra_body: { models } }),
  };
  return [
    ...(images.length > 0 ? ['import base64'] : []),
    'import os',
    '',
    'from openai import OpenAI',
    '',
    'client = OpenAI(',
    `    base_url=${print(`${functions}/gateway/v1`, PYTHON)},`,
    '    api_key=os.environ["FIREGATE_API_KEY"],',
    ')',
    ...images.flatMap(({ name }, nth) => [
      `with open(${print(name, PYTHON)}, "rb") as file:`,
      `    ${imageName(nth)} = base64.b64encode(file.read()).decode()`,
    ]),
    '',
    `${tools ? 'completion' : 'stream'} = client.chat.completions.create(`,
    ...Object.entries(named).map(([name, value]) => `    ${name}=${print(value, PYTHON, '    ')},`),
    ')',
    ...(tools
      ? [
          'message = completion.choices[0].message',
          'print(message.content)',
          'for call in message.tool_calls or []:',
          '    print(call.function.name, call.function.arguments)',
        ]
      : [
          'for chunk in stream:',
          '    if chunk.choices:',
          '        print(chunk.choices[0].delta.content or "", end="")',
        ]),
  ].join('\n');
}
