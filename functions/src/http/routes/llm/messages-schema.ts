import { z } from '@hono/zod-openapi';
import type { UserPart } from '../../../providers/contract.ts';
import { IMAGE_TYPES, imageHeader } from '../../../providers/image-header.ts';
import { objectIn } from '../../../providers/wire.ts';
import { TOOL_NAME } from './tools-schema.ts';

/** The least that any of the providers takes: https://platform.claude.com/docs/en/build-with-claude/vision. */
export const MOST_IMAGE_BYTES = 5 * 1024 * 1024;

const textPart = z.strictObject({ type: z.literal('text'), text: z.string().min(1) });

/** A part whose content is a file of the caller's, to be put in its place before anything else looks at it. */
export interface FilePart {
  type: 'file';
  as: 'image' | 'document';
  fileId: string;
}
export type GivenPart = UserPart | FilePart;

const fileId = z.string().regex(/^file_[0-9A-Za-z]{22}$/, 'Must be the id of a file.');

const documentPart = z
  .strictObject({
    type: z.literal('document'),
    fileId: fileId.openapi({ description: 'A text of yours: plain, Markdown, CSV or JSON.' }),
  })
  .transform(({ fileId }): GivenPart => ({ type: 'file', as: 'document', fileId }));

const imagePart = z
  .strictObject({
    type: z.literal('image'),
    image: z
      .string()
      .min(1)
      .optional()
      .openapi({ description: 'Base64, or a data URL (`data:image/png;base64,…`); 5 MiB at most.' }),
    fileId: fileId.optional().openapi({ description: 'Instead of `image`: a file of yours.' }),
    mediaType: z.enum(IMAGE_TYPES).optional().openapi({
      description: 'Not needed: the image says it itself. Must agree with it where it is given.',
    }),
  })
  .transform(({ image, fileId, mediaType }, context): GivenPart => {
    const refuse = (message: string) => {
      context.addIssue({ code: 'custom', path: ['image'], message });
      return z.NEVER;
    };
    if (fileId !== undefined && image === undefined) return { type: 'file', as: 'image', fileId };
    if (image === undefined || fileId !== undefined) return refuse('Give either image or fileId.');
    const [, declared, data = image] = /^data:([^;,]*);base64,(.*)$/s.exec(image) ?? [];
    if (image.startsWith('data:') && declared === undefined) {
      return refuse('Must be a data URL in base64: data:image/png;base64,…');
    }
    if (!isBase64(data)) return refuse('Must be base64, without line breaks.');
    if ((data.length / 4) * 3 > MOST_IMAGE_BYTES) return refuse('Must be 5 MiB at most.');
    const found = imageHeader(data)?.mediaType;
    if (found === undefined) return refuse('Must be a PNG, JPEG, WebP or GIF image.');
    for (const named of [declared, mediaType]) {
      if (named !== undefined && named !== found) return refuse(`Is of the type ${found}, not ${named}.`);
    }
    return { type: 'image', mediaType: found, data };
  });

/** Looks for what must not be there: a pattern that matched all of it would need memory for each character. */
function isBase64(text: string): boolean {
  if (text.length % 4 !== 0) return false;
  return !/[^A-Za-z0-9+/]/.test(text.replace(/={1,2}$/, ''));
}

export const toolCallSchema = z
  .strictObject({
    id: z.string().min(1).max(200),
    name: z.string().regex(TOOL_NAME),
    arguments: z.string().openapi({
      description: 'The JSON text that the model wrote.',
      example: '{"city":"Zürich"}',
    }),
    signature: z
      .string()
      .optional()
      .openapi({ description: 'What some providers want back with the call, as it came.' }),
  })
  .openapi('ToolCall');

const givenToolCall = toolCallSchema.refine((call) => objectIn(call.arguments) !== undefined, {
  path: ['arguments'],
  message: 'Must be the JSON text of an object.',
});

const userMessage = z.strictObject({
  role: z.literal('user'),
  content: z.union([
    z.string().min(1),
    z
      .array(z.discriminatedUnion('type', [textPart, imagePart, documentPart]))
      .min(1)
      .max(200),
  ]),
});

const assistantMessage = z
  .strictObject({
    role: z.literal('assistant'),
    content: z.string().optional(),
    toolCalls: z.array(givenToolCall).max(128).optional(),
  })
  .transform(({ content = '', ...rest }) => ({ ...rest, content }))
  .refine(({ content, toolCalls }) => content !== '' || (toolCalls?.length ?? 0) > 0, {
    path: ['content'],
    message: 'Must not be empty where there are no toolCalls.',
  });

const toolMessage = z.strictObject({
  role: z.literal('tool'),
  toolCallId: z.string().min(1).openapi({ description: 'The id of the call that this is the result of.' }),
  content: z.string(),
});

const messageSchema = z.discriminatedUnion('role', [userMessage, assistantMessage, toolMessage]);
type Message = z.infer<typeof messageSchema>;

export const messagesSchema = z
  .array(messageSchema)
  .min(1)
  .max(1000)
  .superRefine((messages, context) => {
    const issue = fault(messages);
    if (issue) context.addIssue({ code: 'custom', ...issue });
  });

/** Every call has one result, right after the turn that made it; every provider wants it so. */
function fault(messages: readonly Message[]): { path: (string | number)[]; message: string } | undefined {
  let open: string[] = [];
  for (const [at, message] of messages.entries()) {
    if (message.role === 'tool') {
      if (!open.includes(message.toolCallId)) {
        return {
          path: [at, 'toolCallId'],
          message: 'No call of the assistant’s message before it has this id, or it has its result already.',
        };
      }
      open = open.filter((id) => id !== message.toolCallId);
      continue;
    }
    if (open.length > 0) {
      return { path: [at], message: `The results of these tool calls must come first: ${open.join(', ')}.` };
    }
    if (message.role === 'assistant') open = (message.toolCalls ?? []).map(({ id }) => id);
    if (new Set(open).size < open.length) {
      return { path: [at, 'toolCalls'], message: 'Their ids must differ.' };
    }
  }
  if (open.length > 0) return { path: [], message: `No result of the tool calls ${open.join(', ')}.` };
  return messages.at(-1)?.role === 'assistant'
    ? { path: [], message: 'The last message must be the user’s, or a tool’s.' }
    : undefined;
}
