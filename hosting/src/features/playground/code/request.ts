import type { GenerateBody } from '#lib/api/types.ts';
import { bodyOf, type Draft, type DraftImage } from '../state/draft.ts';
import { DEFAULT_MAX_TOKENS } from '../state/estimate.ts';
import type { ModelChoice } from '../state/models.ts';

/** The present request, and where it would go. */
export interface CodeRequest {
  /** Of the simple generate route, streamed; images stand in it by `image`. */
  body: GenerateBody;
  providerId: string;
  images: readonly DraftImage[];
  /** What the formats that must name a maximum name. */
  maxTokens: number;
  /** Such a model takes no temperature, which the simple route leaves out by itself. */
  reasons: boolean;
  /** Where this page and the control plane are. */
  origin: string;
  /** Where the functions answer. */
  functions: string;
}

export function codeRequest(
  draft: Draft,
  { ref, providerId, model }: ModelChoice,
  addresses: Pick<CodeRequest, 'origin' | 'functions'>,
): CodeRequest {
  return {
    ...addresses,
    body: bodyOf(
      { ...draft, prompt: draft.prompt.trim() === '' ? 'Hello' : draft.prompt },
      { providerId, model: ref },
    ),
    providerId,
    images: draft.images,
    maxTokens: draft.maxTokens ?? Math.min(DEFAULT_MAX_TOKENS, model.maxOutputTokens),
    reasons: model.capabilities.includes('reasoning'),
  };
}

/** What the user says, each image as the language has it. */
export function userContent<Part>(
  { body, images }: CodeRequest,
  image: (image: DraftImage, nth: number) => Part,
): string | (Part | { type: 'text'; text: string })[] {
  const [turn] = body.messages ?? [];
  if (turn?.role !== 'user' || typeof turn.content === 'string') return body.prompt ?? '';
  const texts = turn.content.filter((part) => part.type === 'text');
  return [...images.map(image), ...texts];
}

/** The name of the variable that holds an image. */
export const imageName = (nth: number): string => `image${nth + 1}`;

export function mediaTypeOf({ dataUrl }: DraftImage): string {
  return dataUrl.slice('data:'.length, dataUrl.indexOf(';'));
}
