import type { VideoJob } from '../api/jobs.ts';

export const isOver = ({ state }: Pick<VideoJob, 'state'>): boolean =>
  state !== 'queued' && state !== 'running';

/** Milliseconds until a job is asked for again: soon at first, less often the longer it takes. */
export function pollDelay(job: Pick<VideoJob, 'state'> | undefined, asked: number): number | false {
  if (job !== undefined && isOver(job)) return false;
  return Math.min(8_000, 700 * 1.25 ** asked);
}

const SECONDS = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** What a job does, in words: `Trim 1 s to 3.5 s`. */
export function titleOf({ operation }: Pick<VideoJob, 'operation'>): string {
  const seconds = (value: number) => `${SECONDS.format(value)} s`;
  switch (operation.type) {
    case 'probe':
      return 'Probe';
    case 'thumbnail':
      return `Thumbnail at ${seconds(operation.atSeconds ?? 0)}`;
    case 'trim':
      return `Trim ${seconds(operation.start)} to ${seconds(operation.end)}`;
    case 'scale':
      return `Scale to ${operation.width ?? 'auto'} × ${operation.height ?? 'auto'}`;
    case 'convert':
      return `Convert to ${operation.format === 'mp4' ? 'MP4' : 'WebM'}`;
    case 'extractAudio':
      return `Extract audio as ${operation.format.toUpperCase()}`;
    case 'generate':
      return `${operation.model}, ${seconds(operation.seconds)}, ${operation.size.replace('x', ' × ')}`;
  }
}

/** The rail's colour and the word for it. */
export function stateOf(job: Pick<VideoJob, 'state' | 'cancelRequested'>): {
  rail: string;
  word: string;
  colour: string;
} {
  switch (job.state) {
    case 'queued':
      return { rail: 'idle', word: 'Queued', colour: 'text-mute' };
    case 'running':
      return job.cancelRequested
        ? { rail: 'stopped', word: 'Stopping', colour: 'text-warn' }
        : { rail: 'streaming', word: 'Running', colour: 'text-ink' };
    case 'succeeded':
      return { rail: 'done', word: 'Done', colour: 'text-ok' };
    case 'failed':
      return { rail: 'failed', word: 'Failed', colour: 'text-bad' };
    case 'cancelled':
      return { rail: 'stopped', word: 'Cancelled', colour: 'text-warn' };
  }
}
