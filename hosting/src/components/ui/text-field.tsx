import { Eye, EyeOff } from 'lucide-react';
import { type ComponentProps, type ReactNode, useId, useState } from 'react';
import { cx } from '#lib/cx.ts';

export const INPUT =
  'w-full rounded-sm border border-control bg-panel px-2 text-ink h-8 coarse:h-10 coarse:text-input ' +
  'aria-invalid:border-bad';

interface TextFieldProps extends Omit<ComponentProps<'input'>, 'className' | 'id'> {
  label: string;
  error?: string | undefined;
  hint?: ReactNode;
  /** Drawn on the label's line, at the right. */
  aside?: ReactNode;
  className?: string;
}

export function TextField({ label, error, hint, aside, type = 'text', className, ...input }: TextFieldProps) {
  const id = useId();
  const [revealed, setRevealed] = useState(false);
  const secret = type === 'password';
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(
    Boolean,
  );
  return (
    <div className={cx('flex flex-col gap-1', className)}>
      <div className="flex items-baseline justify-between gap-4">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {aside}
      </div>
      <div className="relative">
        <input
          {...input}
          id={id}
          type={secret && revealed ? 'text' : type}
          aria-invalid={error !== undefined || undefined}
          aria-describedby={described.join(' ') || undefined}
          className={cx(INPUT, secret && 'pr-9')}
        />
        {secret && (
          <button
            type="button"
            aria-label={revealed ? 'Hide password' : 'Show password'}
            aria-pressed={revealed}
            onClick={() => setRevealed(!revealed)}
            className="absolute inset-y-0 right-0 flex w-9 items-center justify-center rounded-sm text-mute hover:text-ink"
          >
            {revealed ? <EyeOff size={16} /> : <Eye size={16} />}
          </button>
        )}
      </div>
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-mute">
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} className="text-bad">
          {error}
        </p>
      )}
    </div>
  );
}
