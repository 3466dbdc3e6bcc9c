import type { ImageMaker, ImageRequest } from '../../providers/images.ts';
import type { FileDeps, FileRecord } from '../files/contract.ts';
import type { AdmittedCall, Target } from '../generate/admit-call.ts';
import type { AnswerDeps } from '../generate/journey.ts';

export type ImageDeps = AnswerDeps & FileDeps;

/** A model and the pictures that are asked of it. */
export interface ImageTarget extends Target {
  request: ImageRequest;
  maker: ImageMaker;
}

/** A request for pictures that has been let in. */
export interface ImageCall extends AdmittedCall<ImageTarget> {
  name: string;
  expiresAt: number | undefined;
  /** Whether the answer holds the pictures themselves too. */
  includeData: boolean;
}

/** A picture that was made, kept as a file. */
export interface MadeImage {
  file: FileRecord;
  /** Base64. */
  data?: string;
}

export interface ImagesAnswer {
  id: string;
  provider: string;
  model: string;
  images: MadeImage[];
  usage: {
    /** Those of pictures included. */
    inputTokens: number;
    imageInputTokens: number;
    outputTokens: number;
  };
  cost: { usd: string };
  latencyMs: number;
  warnings?: string[];
}
