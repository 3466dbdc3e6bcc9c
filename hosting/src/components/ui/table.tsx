import type { ComponentProps, ReactNode } from 'react';
import { cx } from '#lib/cx.ts';

interface TableProps {
  /** What the table holds, for who cannot see the heading above it. */
  label: string;
  head: ReactNode;
  children: ReactNode;
  /** Older rows stay while newer ones load. */
  busy?: boolean;
  className?: string;
}

/** Hairlines between rows of 36; wider than the screen, it scrolls by itself. */
export function Table({ label, head, children, busy = false, className }: TableProps) {
  return (
    <div className={cx('overflow-x-auto', className)}>
      <table aria-label={label} aria-busy={busy || undefined} className="w-full border-collapse">
        <thead>
          <tr className="border-b border-control">{head}</tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

export const ROW = 'h-9 border-b hover:bg-tint/60 coarse:h-11';

interface CellProps extends ComponentProps<'td'> {
  /** Numbers stand at the right, in mono. */
  numeric?: boolean;
}

export function Th({ numeric = false, className, ...props }: CellProps) {
  return (
    <th
      scope="col"
      {...props}
      className={cx('label px-2.5 py-1.5 font-normal', numeric ? 'text-right' : 'text-left', className)}
    />
  );
}

export function Td({ numeric = false, className, ...props }: CellProps) {
  return (
    <td {...props} className={cx('px-2.5 py-1', numeric && 'num text-right whitespace-nowrap', className)} />
  );
}
