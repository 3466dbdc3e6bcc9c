import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { providersQuery } from '#lib/api/providers.ts';
import type { ApiKey, Provider } from '#lib/api/types.ts';
import { useSessionUser } from '#lib/auth/session.ts';

/** What a key can be held to: the providers and models that this person may use. */
export function useProviders(): readonly Provider[] {
  const user = useSessionUser();
  const { data } = useQuery({ ...providersQuery(user?.uid ?? ''), enabled: user !== null });
  return useMemo(() => data ?? [], [data]);
}

/** A chat model that this key may call, to show how; the first that is configured, else the first. */
export function exampleModel(
  providers: readonly Provider[],
  key: Pick<ApiKey, 'providers' | 'models'>,
): { provider: string; model: string } | undefined {
  const allowed = providers
    .filter((provider) => key.providers?.includes(provider.id) ?? true)
    .toSorted((a, b) => Number(b.configured) - Number(a.configured))
    .flatMap((provider) =>
      provider.models
        .filter((model) => model.capabilities.includes('chat'))
        .map((model) => ({ provider: provider.id, model: model.id })),
    );
  return allowed.find(
    ({ provider, model }) =>
      key.models === undefined || key.models.includes(model) || key.models.includes(`${provider}/${model}`),
  );
}
