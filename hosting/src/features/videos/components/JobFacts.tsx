import type { ReactNode } from 'react';
import { duration } from '#lib/format.ts';
import { moment } from '#lib/time.ts';
import type { VideoJob } from '../api/jobs.ts';

/** What is known of a job and of the video that it works on. */
export function JobFacts({ job }: { job: VideoJob }) {
  const { input, startedAt, finishedAt } = job;
  const media = input?.media;
  const took =
    startedAt !== undefined && finishedAt !== undefined
      ? duration(Date.parse(finishedAt) - Date.parse(startedAt))
      : undefined;
  return (
    <dl className="grid grid-cols-[max-content_1fr] gap-x-6 gap-y-1 border-t pt-4">
      {input !== undefined && <Fact name="From">{input.fileId}</Fact>}
      {media !== undefined && (
        <>
          <Fact name="Video">
            {media.video.codec}, {media.video.width} × {media.video.height}
            {media.video.framesPerSecond !== undefined && `, ${media.video.framesPerSecond} frames/s`}
          </Fact>
          <Fact name="Sound">
            {media.audio === undefined ? 'none' : `${media.audio.codec}, ${media.audio.sampleRate ?? '?'} Hz`}
          </Fact>
          <Fact name="Length">{media.durationSeconds.toFixed(2)} s</Fact>
        </>
      )}
      <Fact name="Created">{moment(job.createdAt)}</Fact>
      {took !== undefined && <Fact name="Took">{took}</Fact>}
      <Fact name="Request">{job.requestId}</Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-mute">{name}</dt>
      <dd className="num min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </>
  );
}
