import { Menu as BaseMenu } from '@base-ui/react/menu';
import { Check } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';

const ITEM =
  'flex h-9 cursor-default items-center gap-2 border-l-2 border-transparent px-3 outline-none select-none ' +
  'data-highlighted:border-l-ember data-highlighted:bg-tint coarse:h-11';

interface MenuProps {
  trigger: ReactElement;
  children: ReactNode;
}

export function Menu({ trigger, children }: MenuProps) {
  return (
    <BaseMenu.Root>
      <BaseMenu.Trigger render={trigger} />
      <BaseMenu.Portal>
        <BaseMenu.Positioner align="end" sideOffset={4} collisionPadding={8} className="z-10 outline-none">
          <BaseMenu.Popup className="max-w-(--available-width) min-w-44 rounded-lg border border-control bg-raised py-1 shadow-popup outline-none">
            {children}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}

export function MenuItem({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <BaseMenu.Item onClick={onClick} className={ITEM}>
      {children}
    </BaseMenu.Item>
  );
}

export function MenuSeparator() {
  return <BaseMenu.Separator className="my-1 h-px bg-line" />;
}

interface MenuRadiosProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly (readonly [Value, string])[];
  onChange: (value: Value) => void;
}

export function MenuRadios<Value extends string>({
  label,
  value,
  options,
  onChange,
}: MenuRadiosProps<Value>) {
  return (
    <BaseMenu.RadioGroup aria-label={label} value={value} onValueChange={onChange}>
      {options.map(([option, name]) => (
        <BaseMenu.RadioItem key={option} value={option} closeOnClick className={ITEM}>
          <span className="size-4">
            <BaseMenu.RadioItemIndicator>
              <Check size={16} />
            </BaseMenu.RadioItemIndicator>
          </span>
          {name}
        </BaseMenu.RadioItem>
      ))}
    </BaseMenu.RadioGroup>
  );
}
