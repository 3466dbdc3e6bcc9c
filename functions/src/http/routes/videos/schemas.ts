import { z } from '@hono/zod-openapi';
import { MEDIA_TYPE_NAMES } from '../../../domain/files/media-types.ts';
import { VIDEO_JOB_STATES } from '../../../domain/video/job.ts';
import { videoOperationSchema } from '../../../domain/video/operation.ts';
import { mediaFactsSchema } from '../../../domain/video/probe.ts';
import type { VideoJob } from '../../../services/videos/contract.ts';

export const fileIdSchema = z.string().min(1).max(100).openapi({ description: 'Of one of your files.' });

export const jobBodySchema = z.strictObject({
  fileId: fileIdSchema,
  operation: videoOperationSchema,
});

export const generationBodySchema = z.strictObject({
  model: z.string().min(1).max(100).default('sora-2').openapi({ example: 'sora-2' }),
  prompt: z.string().min(1).max(32_000),
  seconds: z.int().min(1).max(60).openapi({ description: 'What the model makes: 4, 8 or 12.', example: 4 }),
  size: z
    .string()
    .regex(/^\d{2,5}x\d{2,5}$/)
    .default('1280x720')
    .openapi({ example: '1280x720' }),
  inputReference: fileIdSchema
    .optional()
    .openapi({ description: 'A picture of yours that the video begins with.' }),
});

export const videoJobSchema = z
  .object({
    id: z.string(),
    state: z.enum(VIDEO_JOB_STATES),
    progress: z.int().openapi({ description: 'Percent.' }),
    operation: z.discriminatedUnion('type', [
      ...videoOperationSchema.options,
      z.object({
        type: z.literal('generate'),
        provider: z.string(),
        model: z.string(),
        seconds: z.int(),
        size: z.string(),
      }),
    ]),
    input: z
      .object({
        fileId: z.string(),
        media: mediaFactsSchema.optional(),
      })
      .optional(),
    outputs: z.array(z.object({ fileId: z.string(), mediaType: z.enum(MEDIA_TYPE_NAMES), bytes: z.int() })),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
    cancelRequested: z.boolean().openapi({ description: 'It ends as soon as its worker has heard of it.' }),
    requestId: z.string().openapi({ description: 'The id of its usage record.' }),
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().optional(),
    finishedAt: z.iso.datetime().optional(),
  })
  .openapi('VideoJob');

/** A job as the API shows it; leases, prices and whatever else is the worker's stays inside. */
export function toVideoJob(job: VideoJob): z.infer<typeof videoJobSchema> {
  const { work, media, error, startedAt, finishedAt } = job;
  return {
    id: job.id,
    state: job.state,
    progress: job.progress,
    operation: work.kind === 'operation' ? work.operation : toGeneration(work),
    ...(work.inputFileId !== null && {
      input: { fileId: work.inputFileId, ...(media !== null && { media }) },
    }),
    outputs: job.outputs,
    ...(error !== null && { error }),
    cancelRequested: job.cancelRequested,
    requestId: job.requestId,
    createdAt: job.createdAt.toDate().toISOString(),
    ...(startedAt !== null && { startedAt: startedAt.toDate().toISOString() }),
    ...(finishedAt !== null && { finishedAt: finishedAt.toDate().toISOString() }),
  };
}

const toGeneration = ({
  provider,
  model,
  seconds,
  size,
}: Extract<VideoJob['work'], { kind: 'generation' }>) => ({
  type: 'generate' as const,
  provider,
  model,
  seconds,
  size,
});
