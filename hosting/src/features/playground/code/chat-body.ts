import type { DraftImage } from '../state/draft.ts';
import { type CodeRequest, userContent } from './request.ts';

/** The request as a chat completion's. @param url of an image, as an expression of the language */
export function chatBody<Url>(
  request: CodeRequest,
  url: (image: DraftImage, nth: number) => Url,
): Record<string, unknown> {
  const { model, models, system, maxTokens, temperature, tools, toolChoice, responseSchema } = request.body;
  const content = userContent(request, (image, nth) => ({
    type: 'image_url',
    image_url: { url: url(image, nth) },
  }));
  return {
    model,
    ...(models && { models }),
    messages: [
      ...(system === undefined ? [] : [{ role: 'system', content: system }]),
      { role: 'user', content },
    ],
    ...(maxTokens !== undefined && { max_completion_tokens: maxTokens }),
    ...(temperature !== undefined && !request.reasons && { temperature }),
    ...(tools && { tools: tools.map((each) => ({ type: 'function', function: each })) }),
    ...(toolChoice !== undefined && {
      tool_choice: typeof toolChoice === 'string' ? toolChoice : { type: 'function', function: toolChoice },
    }),
    ...(responseSchema && {
      response_format: {
        type: 'json_schema',
        json_schema: { name: responseSchema.name ?? 'answer', schema: responseSchema.schema, strict: true },
      },
    }),
  };
}
