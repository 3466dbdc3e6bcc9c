import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useSessionUser } from '#lib/auth/session.ts';
import { jobQuery, type VideoJob } from '../api/jobs.ts';

/** Starts a job and goes to its page. */
export function useStartJob<Body>(start: (body: Body) => Promise<VideoJob>) {
  const uid = useSessionUser()?.uid ?? '';
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: start,
    onSuccess: async (job) => {
      client.setQueryData(jobQuery(uid, job.id).queryKey, job);
      void client.invalidateQueries({ queryKey: ['video-jobs'] });
      await navigate({ to: '/videos/$job', params: { job: job.id } });
    },
  });
}
