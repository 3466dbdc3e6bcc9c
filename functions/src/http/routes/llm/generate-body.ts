import { z } from '@hono/zod-openapi';

const messageSchema = z.strictObject({ role: z.enum(['user', 'assistant']), content: z.string().min(1) });

/** The simple generate body, the same on `llm/generate` and on every `<provider>Generate`. */
export const generateBodySchema = z
  .strictObject({
    provider: z.string().min(1).max(50).optional().openapi({ example: 'openai' }),
    model: z
      .string()
      .min(1)
      .max(200)
      .openapi({ example: 'gpt-5-mini', description: 'Also `provider/model`.' }),
    prompt: z.string().min(1).optional(),
    messages: z.array(messageSchema).min(1).max(1000).optional(),
    system: z.string().min(1).optional(),
    maxTokens: z.int().positive().optional().openapi({ example: 1024 }),
    temperature: z.number().min(0).max(2).optional().openapi({ example: 0.7 }),
    stream: z.boolean().optional(),
  })
  .refine(({ prompt, messages }) => (prompt === undefined) !== (messages === undefined), {
    path: ['prompt'],
    message: 'Give either prompt or messages.',
  })
  .refine(({ messages }) => messages === undefined || messages.at(-1)?.role === 'user', {
    path: ['messages'],
    message: 'The last message must be the user’s.',
  })
  .openapi('GenerateRequest');

export const answerSchema = z
  .object({
    id: z.string(),
    provider: z.string(),
    model: z.string(),
    content: z.string(),
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
    warnings: z.array(z.string()).optional(),
  })
  .openapi('GenerateAnswer');
