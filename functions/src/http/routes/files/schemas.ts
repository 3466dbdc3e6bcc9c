import { z } from '@hono/zod-openapi';
import { FILE_SOURCES } from '../../../domain/files/file.ts';
import { MEDIA_TYPE_NAMES } from '../../../domain/files/media-types.ts';
import type { FileRecord } from '../../../services/files/contract.ts';

export const fileSchema = z
  .object({
    id: z.string().openapi({ example: 'file_4cMzX0kq9TtVh2bPq1sYwR' }),
    name: z.string(),
    mediaType: z
      .enum(MEDIA_TYPE_NAMES)
      .optional()
      .openapi({ description: 'By the content; before that is there, as declared.' }),
    bytes: z.int().openapi({ description: 'While `pending`: the room that is reserved.' }),
    status: z.enum(['pending', 'ready']),
    source: z.enum(FILE_SOURCES),
    sha256: z.string().optional().openapi({ description: 'Hexadecimal.' }),
    crc32c: z.string().optional().openapi({ description: 'Base64, big-endian, as Cloud Storage has it.' }),
    width: z.int().optional(),
    height: z.int().optional(),
    durationSeconds: z.number().optional(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().optional(),
  })
  .openapi('File');

/** A file as the API shows it; whose it is, is no question there. */
export function toFile({ userId: _, createdAt, expiresAt, ...file }: FileRecord): z.infer<typeof fileSchema> {
  return {
    ...file,
    createdAt: new Date(createdAt).toISOString(),
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
  } as z.infer<typeof fileSchema>;
}

export const expiresAtSchema = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  .openapi({ type: 'string', description: 'When it is deleted. Absent: it is kept.' });

export const fileParams = z.object({ id: z.string().min(1).max(100) });
