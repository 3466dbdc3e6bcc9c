import type { CallContext } from './contract.ts';

/** A model that makes videos, and what a second of one costs. */
export interface VideoModel {
  id: string;
  /** Lengths that it makes, in seconds. */
  seconds: readonly number[];
  /** `1280x720` -> whole nano-USD a second. */
  sizes: Readonly<Record<string, number>>;
}

export interface VideoRequest {
  model: string;
  prompt: string;
  seconds: number;
  size: string;
  /** The picture that the video begins with. */
  input?: { bytes: Uint8Array<ArrayBuffer>; mediaType: string; name: string };
}

/** How far a video has come. */
export interface VideoProgress {
  status: 'queued' | 'in_progress' | 'completed' | 'failed';
  /** Percent. */
  progress: number;
  /** The provider's code of why it failed; never its words. */
  failure?: string;
}

/**
 * A provider's video models. A video takes minutes: it is asked for, looked after, and fetched. No retries, and
 * UpstreamError for whatever the provider or the network answers.
 */
export interface VideoMaker {
  models: readonly VideoModel[];
  /** @returns the provider's own id of the video */
  create(request: VideoRequest, context: CallContext): Promise<string>;
  retrieve(id: string, context: CallContext): Promise<VideoProgress>;
  /** The finished video, an MP4. */
  download(id: string, context: CallContext): Promise<AsyncIterable<Uint8Array>>;
}
