import { GatewayError } from '../../../domain/errors.ts';
import type { OfferedModel } from '../openai/models.ts';

/** In the shape of Anthropic's, where the epoch stands for a date that is not known. */
export function anthropicModel({ id, name, contextWindow, maxOutputTokens }: OfferedModel) {
  return {
    type: 'model',
    id,
    display_name: name,
    created_at: '1970-01-01T00:00:00Z',
    max_input_tokens: contextWindow,
    max_tokens: maxOutputTokens,
  };
}

/**
 * One page of them.
 *
 * @param query `limit` 1 to 1000, `after_id`, `before_id`, as Anthropic's route takes them
 * @throws GatewayError `invalid_request` for another limit
 */
export function anthropicModels(models: readonly OfferedModel[], query: Readonly<Record<string, string>>) {
  const limit = Number(query['limit'] ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw new GatewayError('invalid_request', 'limit must be an integer from 1 to 1000.');
  }
  const { after_id: after, before_id: before } = query;
  const indexOf = (id: string) => models.findIndex((model) => model.id === id);
  const end = before === undefined ? models.length : Math.max(0, indexOf(before));
  const start = before === undefined ? indexOf(after ?? '') + 1 : Math.max(0, end - limit);
  const page = models.slice(start, Math.min(end, start + limit));
  return {
    data: page.map(anthropicModel),
    has_more: before === undefined ? start + limit < models.length : start > 0,
    first_id: page.at(0)?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}
