import { cx } from '#lib/cx.ts';

interface SegmentsProps<Value extends string> {
  label: string;
  value: Value | undefined;
  options: readonly (readonly [Value, string])[];
  onChange: (value: Value) => void;
}

/** A few choices side by side, one of them taken. */
export function Segments<Value extends string>({ label, value, options, onChange }: SegmentsProps<Value>) {
  return (
    <fieldset className="flex w-fit rounded-sm border border-control">
      <legend className="sr-only">{label}</legend>
      {options.map(([option, name], index) => (
        <button
          key={option}
          type="button"
          aria-pressed={option === value}
          onClick={() => onChange(option)}
          className={cx(
            'num h-7.5 border-control px-3 coarse:h-9.5',
            index > 0 && 'border-l',
            option === value ? 'bg-ink text-panel' : 'text-mute hover:bg-tint hover:text-ink',
          )}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}
