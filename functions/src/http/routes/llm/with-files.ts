import type { z } from '@hono/zod-openapi';
import { GatewayError } from '../../../domain/errors.ts';
import type { ChatMessage, UserPart } from '../../../providers/contract.ts';
import type { LoadFile } from '../../../services/files/file-reader.ts';
import { asImage, isText } from '../../wire/stored-files.ts';
import { type GivenPart, MOST_IMAGE_BYTES, type messagesSchema } from './messages-schema.ts';

type Given = z.infer<typeof messagesSchema>;

/** Messages with the files that they refer to in their place. @throws GatewayError as the reader, and 422 */
export async function withFiles(
  given: Given | undefined,
  load: LoadFile,
): Promise<ChatMessage[] | undefined> {
  if (given === undefined) return undefined;
  return Promise.all(
    given.map(async (message, index): Promise<ChatMessage> => {
      if (message.role !== 'user' || typeof message.content === 'string') return message as ChatMessage;
      const parts = message.content as GivenPart[];
      const content = await Promise.all(
        parts.map((part, at) => inPlace(part, `messages.${index}.content.${at}`, load)),
      );
      return { role: 'user', content };
    }),
  );
}

async function inPlace(part: GivenPart, at: string, load: LoadFile): Promise<UserPart> {
  if (part.type !== 'file') return part;
  const file = await load(part.fileId, `${at}.fileId`);
  if (part.as === 'image') {
    const { record, bytes } = asImage(file, at);
    if (bytes.length > MOST_IMAGE_BYTES)
      throw new GatewayError('invalid_request', `${at}: the image must have 5 MiB at most.`);
    return { type: 'image', mediaType: record.mediaType as string, data: bytes.toString('base64') };
  }
  if (!isText(file)) {
    throw new GatewayError(
      'unprocessable',
      `${at}: ${part.fileId} is ${file.record.mediaType}; a document must be text here.`,
    );
  }
  return { type: 'text', text: `${file.record.name}:\n\n${file.bytes.toString()}` };
}
