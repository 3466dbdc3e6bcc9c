import { cx } from '#lib/cx.ts';

interface BarProps {
  /** Read out with the share; left out where words beside it say the same. */
  label?: string;
  /** Between 0 and 1; more is drawn full. */
  value: number;
  className?: string;
}

const NEARLY = 0.8;

/** How much of something is used. SVG, as the CSP allows no style attributes; the figures stand beside it. */
export function Bar({ label, value, className }: BarProps) {
  const percent = Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <>
      <svg
        aria-hidden="true"
        viewBox="0 0 100 4"
        preserveAspectRatio="none"
        className={cx('block h-1 w-full', className)}
      >
        <rect width="100" height="4" fill="var(--line)" />
        <rect
          width={percent}
          height="4"
          fill={value >= 1 ? 'var(--bad)' : value >= NEARLY ? 'var(--warn)' : 'var(--ink)'}
        />
      </svg>
      {label !== undefined && (
        <span className="sr-only">
          {label}: {percent}%
        </span>
      )}
    </>
  );
}
