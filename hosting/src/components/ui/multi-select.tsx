import { Combobox } from '@base-ui/react/combobox';
import { Check, ChevronsUpDown, Search } from 'lucide-react';
import { useId } from 'react';
import { cx } from '#lib/cx.ts';
import { INPUT } from './text-field.tsx';

interface MultiSelectProps {
  label: string;
  /** What choosing nothing means: `All models`. */
  none: string;
  options: readonly string[];
  value: readonly string[];
  onChange: (value: string[]) => void;
  className?: string;
}

/** Chooses some of many by name; nothing chosen stands for all. */
export function MultiSelect({ label, none, options, value, onChange, className }: MultiSelectProps) {
  const id = useId();
  return (
    <div className={cx('flex min-w-0 flex-col gap-1', className)}>
      <span id={id} className="font-medium">
        {label}
      </span>
      <Combobox.Root
        items={options}
        multiple
        value={[...value]}
        onValueChange={(chosen: string[]) => onChange(chosen)}
      >
        <Combobox.Trigger
          aria-label={`${label}: ${value.length === 0 ? none : value.join(', ')}`}
          className={cx(INPUT, 'flex items-center justify-between gap-2 text-left data-popup-open:bg-tint')}
        >
          <span className={cx('truncate', value.length === 0 && 'text-mute')}>
            {value.length === 0 ? none : value.length === 1 ? value[0] : `${value.length} chosen`}
          </span>
          <ChevronsUpDown size={14} className="shrink-0 text-mute" />
        </Combobox.Trigger>
        <Combobox.Portal>
          <Combobox.Positioner align="start" sideOffset={4} collisionPadding={8} className="z-10">
            <Combobox.Popup
              aria-label={label}
              className="flex max-h-[min(20rem,var(--available-height))] w-(--anchor-width) max-w-(--available-width) flex-col rounded-lg border border-control bg-raised shadow-popup"
            >
              <div className="flex items-center gap-2 border-b px-3">
                <Search size={16} className="shrink-0 text-mute" />
                <Combobox.Input
                  placeholder="Search"
                  aria-label={`Search ${label.toLowerCase()}`}
                  className="h-9 w-full bg-transparent outline-none coarse:h-11 coarse:text-input"
                />
              </div>
              <Combobox.Empty className="not-empty:px-3 not-empty:py-4 text-mute">
                Nothing has that name.
              </Combobox.Empty>
              <Combobox.List className="min-h-0 overflow-y-auto overscroll-contain py-1 empty:hidden">
                {(option: string) => (
                  <Combobox.Item
                    key={option}
                    value={option}
                    className="flex min-h-8 cursor-default items-center gap-2 border-l-2 border-transparent px-2.5 outline-none data-highlighted:border-l-ember data-highlighted:bg-tint coarse:min-h-11"
                  >
                    <span className="size-4 shrink-0 text-ok">
                      <Combobox.ItemIndicator>
                        <Check size={16} />
                      </Combobox.ItemIndicator>
                    </span>
                    <span className="min-w-0 [overflow-wrap:anywhere]">{option}</span>
                  </Combobox.Item>
                )}
              </Combobox.List>
            </Combobox.Popup>
          </Combobox.Positioner>
        </Combobox.Portal>
      </Combobox.Root>
      {value.length > 1 && <p className="num text-mute [overflow-wrap:anywhere]">{value.join(', ')}</p>}
    </div>
  );
}
