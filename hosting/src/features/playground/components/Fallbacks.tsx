import { MultiSelect } from '#components/ui/multi-select.tsx';
import { changeDraft, type Draft } from '../state/draft.ts';
import type { ColumnSpec, ModelChoice } from '../state/models.ts';

interface FallbacksProps {
  draft: Draft;
  columns: readonly (ColumnSpec & { choice: ModelChoice })[];
  choices: readonly ModelChoice[];
}

/** The models to try where a column's own can't answer; each provider's function knows its own alone. */
export default function Fallbacks({ draft, columns, choices }: FallbacksProps) {
  const providers = new Set(columns.map(({ choice }) => choice.providerId));
  const options = choices
    .filter(({ configured, providerId }) => configured && providers.has(providerId))
    .map(({ providerId, model }) => `${providerId}/${model.id}`);
  return (
    <MultiSelect
      label="Fallbacks"
      none="None"
      options={options}
      value={draft.fallbacks}
      onChange={(fallbacks) => changeDraft({ fallbacks })}
      className="col-span-full"
    />
  );
}
