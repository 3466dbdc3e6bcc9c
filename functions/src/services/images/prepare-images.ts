import { GatewayError } from '../../domain/errors.ts';
import type { ImageRequest, InputImage } from '../../providers/images.ts';
import { admitCall, type Caller, targetOf } from '../generate/admit-call.ts';
import { type ResolvedModel, resolveModels } from '../generate/resolve-model.ts';
import type { ProviderHub } from '../provider-hub.ts';
import { assertOutputGranted } from './assert-granted.ts';
import type { ImageCall, ImageDeps, ImageTarget } from './contract.ts';

/** What may be said of pictures that are to be made, validated. */
export interface ImageBody {
  provider?: string | undefined;
  /** Absent: the first image model there is. */
  model?: string | undefined;
  prompt: string;
  n: number;
  size: string;
  quality: ImageRequest['quality'];
  background: ImageRequest['background'];
  format: ImageRequest['format'];
  compression?: number | undefined;
  /** Undefined: not streamed. */
  partialImages?: number | undefined;
  name?: string | undefined;
  expiresAt?: number | undefined;
  includeData: boolean;
}

/** The pictures that go in. */
export interface Sources {
  images: readonly InputImage[];
  mask?: InputImage | undefined;
}

/**
 * Resolves the model, bounds what the pictures can take and has them admitted.
 *
 * @throws GatewayError whatever resolving finds wrong, and whatever the ledger refuses; nothing is held then
 */
export async function prepareImages(
  deps: ImageDeps,
  caller: Caller,
  body: ImageBody,
  sources: Sources = { images: [] },
): Promise<ImageCall> {
  const named = { provider: body.provider, model: body.model ?? defaultModel(deps.providers, body.provider) };
  const options = { aliases: deps.config.modelAliases, capability: 'images' as const };
  const resolved = resolveModels(named, caller.principal, options);
  const admitted = await admitCall(
    deps,
    caller,
    resolved.map((each) => () => imageTarget(deps, caller, each, body, sources)),
  );
  const { name = nameFor(body.prompt), expiresAt, includeData } = body;
  return { ...admitted, name, expiresAt, includeData };
}

function defaultModel(providers: ProviderHub, wanted: string | undefined): string {
  for (const { id, definition } of providers.list()) {
    if (wanted !== undefined && wanted !== id) continue;
    const model = definition.models.find(({ capabilities }) => capabilities.includes('images'));
    if (model) return `${id}/${model.id}`;
  }
  throw new GatewayError('unprocessable', 'No provider that is enabled has an image model.');
}

function imageTarget(
  deps: ImageDeps,
  { principal }: Caller,
  { provider: id, model }: ResolvedModel,
  body: ImageBody,
  { images, mask }: Sources,
): ImageTarget {
  const provider = deps.providers.get(id);
  const maker = provider.images;
  if (!maker) throw new GatewayError('unprocessable', `${provider.name} makes no pictures here.`);
  const { prompt, n, size, quality, background, format, compression, partialImages } = body;
  const request: ImageRequest = {
    model,
    prompt,
    n,
    size,
    quality,
    background,
    format,
    ...(compression !== undefined && { compression }),
    ...(partialImages !== undefined && { partialImages }),
    images,
    ...(mask && { mask }),
  };
  const unable = maker.unable?.(request);
  if (unable) {
    const { field, why } = unable;
    throw new GatewayError('unprocessable', `${field}: ${why}.`, { details: { field } });
  }
  const bound = maker.bound(request);
  assertOutputGranted(principal, bound);
  return { ...targetOf(deps, { provider, model, bound }), request, maker };
}

/** The first words of the prompt. */
function nameFor(prompt: string): string {
  const words = prompt
    .normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  return words?.slice(0, 6).join('-').slice(0, 60) || 'image';
}
