import type { TokenUsage } from '../domain/usage.ts';
import type { CallContext, EndpointBound, Model } from './contract.ts';

export const IMAGE_QUALITIES = ['low', 'medium', 'high', 'xhigh', 'max', 'auto'] as const;
export type ImageQuality = (typeof IMAGE_QUALITIES)[number];

/** The formats that a model makes pictures in. */
export const MADE_FORMATS = ['png', 'jpeg', 'webp'] as const;
export type MadeFormat = (typeof MADE_FORMATS)[number];

/** A picture that goes to the provider. */
export interface InputImage {
  bytes: Uint8Array<ArrayBuffer>;
  mediaType: string;
  name: string;
  width: number;
  height: number;
}

/** Pictures to be made: from words alone, or from other pictures. */
export interface ImageRequest {
  model: Model;
  prompt: string;
  n: number;
  /** `1024x1024`, or `auto`. */
  size: string;
  quality: ImageQuality;
  background: 'transparent' | 'opaque' | 'auto';
  format: MadeFormat;
  /** 0 to 100, of JPEG and WebP. */
  compression?: number;
  /** Undefined: not streamed; else how many unfinished pictures are wanted on the way, 0 to 3. */
  partialImages?: number;
  /** What is to be edited; none: made from words alone. */
  images: readonly InputImage[];
  /** A PNG as large as the first picture; where it is transparent, the picture is to change. */
  mask?: InputImage;
}

/** What of a request a model can't be sent, for the caller. */
export interface Unable {
  field: string;
  why: string;
}

/**
 * One `start`, any number of `partial`, at most `n` of `image`, and one `finish`, after which nothing follows. A model
 * may decline to make any.
 */
export type ImageEvent =
  | { type: 'start'; upstreamRequestId?: string }
  /** @property index of the unfinished picture, from 0 */
  | { type: 'partial'; index: number; data: string }
  /** @property data base64, in whatever format the provider likes */
  | { type: 'image'; data: string }
  /** @property usage undefined where the provider reported none */
  | { type: 'finish'; usage: TokenUsage | undefined };

/** A provider's image models. As of a provider's chat, so of these: no retries, UpstreamError, and no silent end. */
export interface ImageMaker {
  /** Absent: all there is, as far as it is known here. */
  unable?(request: ImageRequest): Unable | undefined;
  bound(request: ImageRequest): EndpointBound;
  create(request: ImageRequest, context: CallContext): AsyncIterable<ImageEvent>;
}
