import { Button as BaseButton } from '@base-ui/react/button';
import type { ComponentProps, ReactNode } from 'react';
import { cx } from '#lib/cx.ts';

type Variant = 'primary' | 'outline' | 'ghost' | 'danger';

const BASE =
  'inline-flex shrink-0 items-center justify-center gap-2 rounded-sm whitespace-nowrap select-none font-medium ' +
  'disabled:opacity-55 aria-disabled:opacity-55';

const VARIANTS: Record<Variant, string> = {
  primary: 'bg-ember text-on-ember not-disabled:not-aria-disabled:hover:bg-ember-strong',
  outline: 'border border-control bg-panel text-ink not-disabled:not-aria-disabled:hover:bg-tint',
  ghost: 'text-mute not-disabled:hover:bg-tint not-disabled:hover:text-ink',
  danger: 'border border-bad bg-panel text-bad not-disabled:not-aria-disabled:hover:bg-tint',
};

export function buttonClass(variant: Variant = 'outline', className?: string): string {
  return cx(BASE, VARIANTS[variant], 'h-8 px-3 coarse:h-10', className);
}

interface ButtonProps extends Omit<ComponentProps<typeof BaseButton>, 'className'> {
  variant?: Variant;
  /** Shown while an action runs; the button stays focused and ignores further presses. */
  busy?: boolean;
  className?: string;
}

export function Button({ variant = 'outline', busy = false, className, disabled, ...props }: ButtonProps) {
  return (
    <BaseButton
      type="button"
      {...props}
      disabled={busy || disabled === true}
      focusableWhenDisabled={busy || props.focusableWhenDisabled === true}
      aria-busy={busy || undefined}
      className={buttonClass(variant, className)}
    />
  );
}

interface IconButtonProps extends Omit<ButtonProps, 'children' | 'aria-label'> {
  label: string;
  children: ReactNode;
}

/** A square button whose name is read and shown on hover, not drawn. */
export function IconButton({ label, className, variant = 'ghost', busy: _busy, ...props }: IconButtonProps) {
  return (
    <BaseButton
      type="button"
      {...props}
      aria-label={label}
      title={label}
      className={cx(BASE, VARIANTS[variant], 'size-8 coarse:size-10', className)}
    />
  );
}
