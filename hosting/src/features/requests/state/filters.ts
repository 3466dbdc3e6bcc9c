/** What the URL narrows the list to; the API filters by these. */
export interface RequestFilters {
  provider?: string | undefined;
  model?: string | undefined;
  apiKeyId?: string | undefined;
}

export function requestFilters({ provider, model, apiKeyId }: Record<string, unknown>): RequestFilters {
  return { provider: textOf(provider), model: textOf(model), apiKeyId: textOf(apiKeyId) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
