import type { Bucket } from '../../store/bucket.ts';
import type { StoreHandle } from '../../store/handle.ts';
import type { VideoJobDocument, VideoJobKind } from '../../store/video-jobs.ts';
import type { Ledger } from '../ledger/contract.ts';

/** A job as everything but the store sees it. */
export interface VideoJob extends VideoJobDocument {
  id: string;
}

/** Brings a job to a worker, at least once and again until a worker has taken it. */
export interface VideoQueue {
  enqueue(kind: VideoJobKind, jobId: string): Promise<void>;
}

/** What every worker has. */
export interface WorkerDeps {
  store: StoreHandle;
  bucket: () => Promise<Bucket>;
  ledger: Pick<Ledger, 'settle'>;
  /** Of what is out of the ordinary; a fact is never a file's content, a prompt or a credential. */
  warn: (message: string, facts: Record<string, unknown>) => void;
}
