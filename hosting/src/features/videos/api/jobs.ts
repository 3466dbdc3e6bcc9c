import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '#lib/api/client.ts';
import type { components, paths } from '#lib/api/schema.d.ts';
import { isOver, pollDelay } from '../state/job.ts';

export type VideoJob = components['schemas']['VideoJob'];
export type JobBody = paths['/api/v1/videos/jobs']['post']['requestBody']['content']['application/json'];
export type GenerateBody =
  paths['/api/v1/videos/generate']['post']['requestBody']['content']['application/json'];

/** One job, asked for until it is over. */
export function jobQuery(uid: string, jobId: string) {
  return queryOptions({
    queryKey: ['video-job', uid, jobId],
    queryFn: async ({ signal }) => {
      const { data } = await api.GET('/api/v1/videos/jobs/{jobId}', { signal, params: { path: { jobId } } });
      return data as VideoJob;
    },
    refetchInterval: ({ state }) => pollDelay(state.data, state.dataUpdateCount),
  });
}

/** The jobs by page, the newest first; asked for again while one of them is under way. */
export function jobsQuery(uid: string) {
  return infiniteQueryOptions({
    queryKey: ['video-jobs', uid],
    queryFn: async ({ signal, pageParam }) => {
      const query = { limit: 20, ...(pageParam !== '' && { cursor: pageParam }) };
      const { data } = await api.GET('/api/v1/videos/jobs', { signal, params: { query } });
      return data as { items: VideoJob[]; nextCursor?: string };
    },
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: ({ state }) => {
      const active = state.data?.pages.flatMap(({ items }) => items).find((job) => !isOver(job));
      return active === undefined ? false : pollDelay(active, state.dataUpdateCount);
    },
  });
}

export async function createJob(body: JobBody): Promise<VideoJob> {
  const { data } = await api.POST('/api/v1/videos/jobs', { body });
  return data as VideoJob;
}

export async function generateVideo(body: GenerateBody): Promise<VideoJob> {
  const { data } = await api.POST('/api/v1/videos/generate', { body });
  return data as VideoJob;
}

export async function cancelJob(jobId: string): Promise<VideoJob> {
  const { data } = await api.DELETE('/api/v1/videos/jobs/{jobId}', { params: { path: { jobId } } });
  return data as VideoJob;
}
