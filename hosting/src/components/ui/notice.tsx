import type { ReactNode } from 'react';
import { cx } from '#lib/cx.ts';

type Tone = 'done' | 'failed' | 'warn' | 'idle';

interface NoticeProps {
  tone: Tone;
  /** Read out at once; without it the text is found in its place. */
  live?: boolean;
  children: ReactNode;
  className?: string;
}

/** A line or two beside a rail of the state's colour. */
export function Notice({ tone, live = false, children, className }: NoticeProps) {
  const role = live ? (tone === 'failed' ? 'alert' : 'status') : undefined;
  return (
    <div role={role} data-state={tone} className={cx('rail pl-3', className)}>
      {children}
    </div>
  );
}
