import { type ComponentProps, type ReactNode, useId } from 'react';

interface CheckboxProps extends Omit<ComponentProps<'input'>, 'type' | 'id' | 'className' | 'children'> {
  label: ReactNode;
  /** Set apart after the label. */
  note?: ReactNode;
}

export function Checkbox({ label, note, ...input }: CheckboxProps) {
  const id = useId();
  return (
    <div className="flex min-h-6 items-center gap-2 coarse:min-h-10">
      <input
        {...input}
        id={id}
        type="checkbox"
        className="size-4 shrink-0 accent-(--check) coarse:size-5"
        aria-describedby={note === undefined ? undefined : `${id}-note`}
      />
      <label htmlFor={id} className="cursor-pointer">
        {label}
      </label>
      {note !== undefined && (
        <span id={`${id}-note`} className="min-w-0 text-mute">
          {note}
        </span>
      )}
    </div>
  );
}
