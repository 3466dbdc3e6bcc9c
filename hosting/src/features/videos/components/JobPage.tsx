import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useEffect } from 'react';
import { Bar } from '#components/ui/bar.tsx';
import { Button } from '#components/ui/button.tsx';
import { LoadFailed } from '#components/ui/load-failed.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { Page } from '#components/ui/page.tsx';
import { toApiError } from '#lib/api/errors.ts';
import { useSessionUser } from '#lib/auth/session.ts';
import { cx } from '#lib/cx.ts';
import { announceUsage } from '#lib/usage-news.ts';
import { cancelJob, jobQuery, type VideoJob } from '../api/jobs.ts';
import { isOver, stateOf, titleOf } from '../state/job.ts';
import { JobFacts } from './JobFacts.tsx';
import { JobOutput } from './JobOutput.tsx';

/** One job: how far it is, and what has come of it. */
export function JobPage({ jobId }: { jobId: string }) {
  const uid = useSessionUser()?.uid ?? '';
  const { data: job, error, isError, refetch } = useQuery(jobQuery(uid, jobId));
  const over = job !== undefined && isOver(job);
  const client = useQueryClient();
  useEffect(() => {
    if (!over) return;
    announceUsage();
    void client.invalidateQueries({ queryKey: ['files'] });
    void client.invalidateQueries({ queryKey: ['video-jobs'] });
  }, [over, client]);
  return (
    <Page
      title={job === undefined ? 'Video job' : titleOf(job)}
      back={
        <Link to="/videos" className="mb-2 inline-flex items-center gap-1 text-mute hover:text-ink">
          <ArrowLeft size={14} aria-hidden="true" /> Videos
        </Link>
      }
      description={<span className="num">{jobId}</span>}
      actions={job !== undefined && !over && <Cancel job={job} />}
    >
      {isError && job === undefined && (
        <LoadFailed what="The job" error={error} onRetry={() => void refetch()} />
      )}
      {job === undefined && !isError && (
        <p role="status" className="text-mute">
          Reading the job…
        </p>
      )}
      {job !== undefined && <Job job={job} />}
    </Page>
  );
}

function Job({ job }: { job: VideoJob }) {
  const { rail, word, colour } = stateOf(job);
  return (
    <div className="flex max-w-200 flex-col gap-6">
      <div data-state={rail} className="rail pl-3">
        <p role="status">
          <span className={cx('font-medium', colour)}>{word}</span>
          {!isOver(job) && <span className="num"> {job.progress}%</span>}
        </p>
        {!isOver(job) && <Bar value={job.progress / 100 - 0.001} className="mt-2 max-w-100" />}
        {job.error !== undefined && <p>{job.error.message}</p>}
      </div>
      {job.outputs.map((output) => (
        <JobOutput key={output.fileId} output={output} title={titleOf(job)} />
      ))}
      <JobFacts job={job} />
    </div>
  );
}

function Cancel({ job }: { job: VideoJob }) {
  const uid = useSessionUser()?.uid ?? '';
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelJob(job.id),
    onSuccess: (cancelled) => client.setQueryData(jobQuery(uid, job.id).queryKey, cancelled),
    onError: () => client.invalidateQueries({ queryKey: jobQuery(uid, job.id).queryKey }),
  });
  return (
    <>
      {cancel.isError && (
        <Notice tone="failed" live>
          {toApiError(cancel.error).message}
        </Notice>
      )}
      <Button variant="danger" busy={cancel.isPending || job.cancelRequested} onClick={() => cancel.mutate()}>
        {job.cancelRequested ? 'Stopping…' : 'Cancel'}
      </Button>
    </>
  );
}
