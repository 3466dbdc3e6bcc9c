import { useParams } from '@tanstack/react-router';
import { JobPage } from '#features/videos/components/JobPage.tsx';

/** Binds the page of one video job to its URL. */
export function VideoJobRoute() {
  const { job } = useParams({ from: '/console/videos/$job' });
  return <JobPage key={job} jobId={job} />;
}
