import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Bar } from '#components/ui/bar.tsx';
import { Button } from '#components/ui/button.tsx';
import { LoadFailed } from '#components/ui/load-failed.tsx';
import { ROW, Table, Td, Th } from '#components/ui/table.tsx';
import { useSessionUser } from '#lib/auth/session.ts';
import { cx } from '#lib/cx.ts';
import { ago } from '#lib/time.ts';
import { jobsQuery, type VideoJob } from '../api/jobs.ts';
import { isOver, stateOf, titleOf } from '../state/job.ts';

/** The jobs, the newest first, each with how far it is. */
export function JobList() {
  const uid = useSessionUser()?.uid ?? '';
  const { data, error, isError, isFetchingNextPage, hasNextPage, fetchNextPage, refetch } = useInfiniteQuery(
    jobsQuery(uid),
  );
  const jobs = data?.pages.flatMap(({ items }) => items);
  if (isError && jobs === undefined) {
    return <LoadFailed what="The jobs" error={error} onRetry={() => void refetch()} />;
  }
  if (jobs === undefined) return <p className="text-mute">Reading the jobs…</p>;
  if (jobs.length === 0) return <p className="text-mute">No job so far: start one above.</p>;
  return (
    <>
      <Table
        label="Video jobs"
        head={
          <>
            <Th>Job</Th>
            <Th className="w-1/4 max-sm:hidden">Progress</Th>
            <Th>State</Th>
            <Th numeric className="max-sm:hidden">
              Created
            </Th>
          </>
        }
      >
        {jobs.map((job) => (
          <Row key={job.id} job={job} />
        ))}
      </Table>
      {hasNextPage && (
        <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="mt-3">
          Show more
        </Button>
      )}
    </>
  );
}

function Row({ job }: { job: VideoJob }) {
  const { rail, word, colour } = stateOf(job);
  return (
    <tr className={ROW}>
      <Td>
        <div data-state={rail} className="rail pl-2.5">
          <Link
            to="/videos/$job"
            params={{ job: job.id }}
            className="font-medium underline-offset-4 hover:underline"
          >
            {titleOf(job)}
          </Link>
        </div>
      </Td>
      <Td className="max-sm:hidden">{!isOver(job) && <Bar value={job.progress / 100 - 0.001} />}</Td>
      <Td className={cx('whitespace-nowrap', colour)}>
        {word}
        {!isOver(job) && <span className="num"> {job.progress}%</span>}
      </Td>
      <Td numeric className="max-sm:hidden">
        {ago(job.createdAt, Date.now())}
      </Td>
    </tr>
  );
}
