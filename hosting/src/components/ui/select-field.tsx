import { type ComponentProps, useId } from 'react';
import { cx } from '#lib/cx.ts';
import { INPUT } from './text-field.tsx';

interface SelectFieldProps extends Omit<ComponentProps<'select'>, 'className' | 'id' | 'children'> {
  label: string;
  /** Read but not drawn: its neighbour's label covers both. */
  labelHidden?: boolean;
  options: readonly (readonly [value: string, name: string])[];
  className?: string;
}

/** The browser's own list: right on phones, and nothing to load. */
export function SelectField({ label, labelHidden = false, options, className, ...select }: SelectFieldProps) {
  const id = useId();
  return (
    <div className={cx('flex flex-col gap-1', className)}>
      <label htmlFor={id} className={labelHidden ? 'sr-only' : 'font-medium'}>
        {label}
      </label>
      <select {...select} id={id} className={INPUT}>
        {options.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
