import type { ToolChoice } from '#lib/api/types.ts';
import { Expression, JAVASCRIPT, print } from './print.ts';
import { type CodeRequest, imageName, mediaTypeOf, userContent } from './request.ts';

/** The SDK's API version knows no temperature, and must name a maximum. */
export function anthropicCode(request: CodeRequest): string {
  const { functions, images, maxTokens } = request;
  const { model, models, system, tools, toolChoice, responseSchema } = request.body;
  const content = userContent(request, (image, nth) => ({
    type: 'image',
    source: { type: 'base64', media_type: mediaTypeOf(image), data: new Expression(imageName(nth)) },
  }));
  const body = {
    model,
    ...(models && { models }),
    max_tokens: maxTokens,
    ...(system !== undefined && { system }),
    messages: [{ role: 'user', content }],
    ...(tools && {
      tools: tools.map(({ name, description, parameters }) => ({
        name,
        ...(description !== undefined && { description }),
        input_schema: parameters,
      })),
    }),
    ...(toolChoice !== undefined && { tool_choice: choiceOf(toolChoice) }),
    ...(responseSchema && {
      output_config: { format: { type: 'json_schema', schema: responseSchema.schema } },
    }),
  };
  return [
    ...(images.length > 0 ? [`import { readFileSync } from 'node:fs';`] : []),
    `import Anthropic from '@anthropic-ai/sdk';`,
    '',
    'const client = new Anthropic({',
    `  baseURL: ${print(`${functions}/gateway`, JAVASCRIPT)},`,
    '  apiKey: process.env.FIREGATE_API_KEY,',
    '});',
    ...images.map(
      ({ name }, nth) =>
        `const ${imageName(nth)} = readFileSync(${print(name, JAVASCRIPT)}).toString('base64');`,
    ),
    '',
    `const stream = client.messages.stream(${print(body, JAVASCRIPT)});`,
    `stream.on('text', (text) => process.stdout.write(text));`,
    ...(tools
      ? [
          'const message = await stream.finalMessage();',
          'for (const block of message.content) {',
          `  if (block.type === 'tool_use') console.log(block.name, JSON.stringify(block.input));`,
          '}',
        ]
      : ['await stream.finalMessage();']),
  ].join('\n');
}

function choiceOf(choice: ToolChoice): object {
  if (typeof choice === 'object') return { type: 'tool', name: choice.name };
  return { type: choice === 'required' ? 'any' : choice };
}
