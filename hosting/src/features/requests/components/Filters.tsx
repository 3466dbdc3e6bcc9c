import { useQuery } from '@tanstack/react-query';
import { SelectField } from '#components/ui/select-field.tsx';
import { providersQuery } from '#lib/api/providers.ts';
import type { RequestFilters } from '../state/filters.ts';

interface FiltersProps {
  uid: string;
  keyNames: ReadonlyMap<string, string> | undefined;
  filters: RequestFilters;
  onChange: (filters: RequestFilters) => void;
}

/** The filters that the API has; a choice that is no longer offered stays until it is changed. */
export function Filters({ uid, keyNames, filters, onChange }: FiltersProps) {
  const { data: providers = [] } = useQuery(providersQuery(uid));
  const models = providers
    .filter((provider) => filters.provider === undefined || provider.id === filters.provider)
    .flatMap((provider) => provider.models.map((model) => model.id));
  const field = (
    name: keyof RequestFilters,
    label: string,
    all: string,
    options: readonly (readonly [string, string])[],
  ) => {
    const value = filters[name] ?? '';
    const known = value === '' || options.some(([option]) => option === value);
    return (
      <SelectField
        label={label}
        labelHidden
        options={[['', all], ...options, ...(known ? [] : [[value, value] as const])]}
        value={value}
        onChange={(event) => onChange({ ...filters, [name]: event.target.value || undefined })}
        className="w-44 max-sm:w-full"
      />
    );
  };
  return (
    <div className="mb-3 flex flex-wrap gap-2">
      {field(
        'provider',
        'Provider',
        'All providers',
        providers.map(({ id, name }) => [id, name]),
      )}
      {field(
        'model',
        'Model',
        'All models',
        [...new Set(models)].map((id) => [id, id]),
      )}
      {field('apiKeyId', 'Key', 'All keys', [...(keyNames ?? [])])}
    </div>
  );
}
