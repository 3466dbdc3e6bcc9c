import { Combobox } from '@base-ui/react/combobox';
import { Check, ChevronsUpDown, Search } from 'lucide-react';
import { type ReactElement, useMemo } from 'react';
import { compact, price } from '#lib/format.ts';
import type { ModelChoice } from '../state/models.ts';

interface ModelSelectorProps {
  choices: readonly ModelChoice[];
  value: ModelChoice | undefined;
  /** Drawn where the URL names a model that is not offered. */
  fallback?: string;
  label: string;
  onSelect: (ref: string) => void;
  /** Another trigger than the model's name. */
  trigger?: ReactElement;
}

interface Group {
  value: string;
  items: ModelChoice[];
}

/** Finds a model by id, name or provider, with what it costs and how much it holds. */
export function ModelSelector({ choices, value, fallback, label, onSelect, trigger }: ModelSelectorProps) {
  const groups = useMemo(() => groupByProvider(choices), [choices]);
  return (
    <Combobox.Root
      items={groups}
      value={value ?? null}
      onValueChange={(choice: ModelChoice | null) => choice && onSelect(choice.ref)}
      itemToStringLabel={searchText}
      isItemEqualToValue={(a: ModelChoice, b: ModelChoice) => a.ref === b.ref}
      autoHighlight
    >
      {trigger === undefined ? (
        <Combobox.Trigger
          aria-label={`${label}: ${value?.model.id ?? fallback ?? 'none'}`}
          className="flex h-7 min-w-0 items-center gap-1 rounded-sm px-2 font-semibold hover:bg-tint data-popup-open:bg-tint coarse:h-10"
        >
          <span className="truncate">{value?.model.id ?? fallback}</span>
          <ChevronsUpDown size={14} className="shrink-0 text-mute" />
        </Combobox.Trigger>
      ) : (
        <Combobox.Trigger render={trigger} />
      )}
      <Combobox.Portal>
        <Combobox.Positioner align="start" sideOffset={4} collisionPadding={8} className="z-10">
          <Combobox.Popup
            aria-label="Choose a model"
            className="flex max-h-[min(26rem,var(--available-height))] w-108 max-w-(--available-width) flex-col rounded-lg border border-control bg-raised shadow-popup"
          >
            <div className="flex items-center gap-2 border-b px-3">
              <Search size={16} className="shrink-0 text-mute" />
              <Combobox.Input
                placeholder="Search models"
                className="h-9 w-full bg-transparent outline-none coarse:h-11 coarse:text-input"
              />
            </div>
            <Combobox.Empty className="not-empty:px-3 not-empty:py-4 text-mute">
              No model has that name.
            </Combobox.Empty>
            <Combobox.List className="min-h-0 scroll-py-1 overflow-y-auto overscroll-contain py-1 empty:hidden">
              {(group: Group) => (
                <Combobox.Group key={group.value} items={group.items}>
                  <Combobox.GroupLabel className="label px-3 pt-2 pb-1">
                    {group.value}
                    {group.items[0]?.sandbox === true && ' · sandbox'}
                    {group.items[0]?.configured === false && ' · not configured'}
                  </Combobox.GroupLabel>
                  <Combobox.Collection>
                    {(choice: ModelChoice) => <ModelItem key={choice.ref} choice={choice} />}
                  </Combobox.Collection>
                </Combobox.Group>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}

function ModelItem({ choice }: { choice: ModelChoice }) {
  const { id, contextWindow, pricesPerMillionTokens: prices } = choice.model;
  return (
    <Combobox.Item
      value={choice}
      disabled={!choice.configured}
      className="flex min-h-9 cursor-default items-center gap-2 border-l-2 border-transparent px-2.5 outline-none data-disabled:opacity-55 data-highlighted:border-l-ember data-highlighted:bg-tint coarse:min-h-11"
    >
      <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        {id}
        <Combobox.ItemIndicator className="ml-1.5 inline-block align-[-2px] text-ok">
          <Check size={14} />
        </Combobox.ItemIndicator>
      </span>
      <span className="num w-12 shrink-0 text-right text-mute" title="Context window in tokens">
        {compact(contextWindow)}
      </span>
      <span className="num w-28 shrink-0 text-right text-mute" title="USD per million tokens, in / out">
        {prices === undefined ? 'no price' : `${price(prices.input)} / ${price(prices.output)}`}
      </span>
    </Combobox.Item>
  );
}

function searchText({ model, providerName }: ModelChoice): string {
  return model.name === model.id
    ? `${model.id} ${providerName}`
    : `${model.id} ${model.name} ${providerName}`;
}

function groupByProvider(choices: readonly ModelChoice[]): Group[] {
  const groups = new Map<string, Group>();
  for (const choice of choices) {
    const group = groups.get(choice.providerId) ?? { value: choice.providerName, items: [] };
    group.items.push(choice);
    groups.set(choice.providerId, group);
  }
  return [...groups.values()];
}
