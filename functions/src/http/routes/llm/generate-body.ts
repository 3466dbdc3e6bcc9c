import { z } from '@hono/zod-openapi';
import { messagesSchema, toolCallSchema } from './messages-schema.ts';
import { responseSchema, toolChoiceSchema, toolsSchema } from './tools-schema.ts';

const modelName = z.string().min(1).max(200);

/** The simple generate body, the same on `llm/generate` and on every `<provider>Generate`. */
export const generateBodySchema = z
  .strictObject({
    provider: z.string().min(1).max(50).optional().openapi({ example: 'openai' }),
    model: modelName.optional().openapi({
      example: 'gpt-5-mini',
      description: 'Also `provider/model` or an alias. It or `models` must be there.',
    }),
    models: z.array(modelName).min(1).max(8).optional().openapi({
      description: 'Tried in order, after `model` where there is one, until one of them answers.',
    }),
    prompt: z.string().min(1).optional(),
    messages: messagesSchema.optional(),
    system: z.string().min(1).optional(),
    maxTokens: z.int().positive().optional().openapi({ example: 1024 }),
    temperature: z.number().min(0).max(2).optional().openapi({ example: 0.7 }),
    tools: toolsSchema.optional(),
    toolChoice: toolChoiceSchema.optional(),
    responseSchema: responseSchema.optional(),
    stream: z.boolean().optional(),
  })
  .refine(({ model, models }) => model !== undefined || models !== undefined, {
    path: ['model'],
    message: 'Give model or models.',
  })
  .refine(({ prompt, messages }) => (prompt === undefined) !== (messages === undefined), {
    path: ['prompt'],
    message: 'Give either prompt or messages.',
  })
  .refine(({ tools, toolChoice }) => tools !== undefined || toolChoice === undefined, {
    path: ['toolChoice'],
    message: 'Needs tools.',
  })
  .refine(
    ({ tools = [], toolChoice }) =>
      typeof toolChoice !== 'object' || tools.some(({ name }) => name === toolChoice.name),
    { path: ['toolChoice', 'name'], message: 'None of the tools has this name.' },
  )
  .openapi('GenerateRequest');

export const answerSchema = z
  .object({
    id: z.string(),
    provider: z.string(),
    model: z.string(),
    content: z.string(),
    toolCalls: z.array(toolCallSchema).optional(),
    finishReason: z.enum(['stop', 'length', 'tool_calls', 'content_filter', 'unknown']),
    usage: z.object({
      inputTokens: z.int().openapi({ description: 'Cached and cache-write tokens included.' }),
      outputTokens: z.int().openapi({ description: 'Reasoning tokens included.' }),
      cachedInputTokens: z.int(),
      cacheWriteInputTokens: z.int(),
      reasoningTokens: z.int(),
    }),
    cost: z.object({ usd: z.string().openapi({ example: '0.000123' }) }),
    latencyMs: z.int(),
    attempts: z.int().optional().openapi({
      description:
        'Calls to providers, where there was more than one. `usage` and `cost` are of all of them.',
    }),
    warnings: z.array(z.string()).optional(),
  })
  .openapi('GenerateAnswer');
