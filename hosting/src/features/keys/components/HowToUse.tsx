import { useQuery } from '@tanstack/react-query';
import { ScrollRegion } from '#components/markdown/ScrollRegion.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { Tabs } from '#components/ui/tabs.tsx';
import type { ApiKey } from '#lib/api/types.ts';
import { loadConfig } from '#lib/config.ts';
import { howToUse } from '../state/how-to-use.ts';
import { exampleModel, useProviders } from './use-models.ts';

/** Ways to call the gateway with this key, each to copy. */
export function HowToUse({ apiKey }: { apiKey: ApiKey }) {
  const providers = useProviders();
  const { data: config } = useQuery({
    queryKey: ['client-config'],
    queryFn: loadConfig,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const example = exampleModel(providers, apiKey);
  if (config === undefined || example === undefined) {
    return <p className="min-h-32 text-mute">An example comes with the list of models.</p>;
  }
  const recipes = howToUse({ functionsBaseUrl: config.functionsBaseUrl, ...example });
  return (
    <Tabs
      label="How to use the key"
      tabs={recipes.map(({ name, code }) => ({
        name,
        content: (
          <div className="flex items-start gap-2">
            <div className="min-w-0 flex-1">
              <ScrollRegion label={`${name} example`}>
                <pre className="num">{code}</pre>
              </ScrollRegion>
            </div>
            <CopyButton text={code} label={`Copy the ${name} example`} className="max-sm:hidden" />
          </div>
        ),
      }))}
    />
  );
}
