import { useQuery } from '@tanstack/react-query';
import { Bar } from '#components/ui/bar.tsx';
import { count, size } from '#lib/format.ts';
import { quotaQuery } from '../api/queries.ts';

/** What the files take of what they may take. */
export function QuotaMeter({ uid }: { uid: string }) {
  const { data } = useQuery(quotaQuery(uid));
  if (data === undefined) return null;
  const { used, quota } = data;
  return (
    <div className="mb-5 max-w-105">
      <p className="mb-1 flex justify-between gap-3">
        <span className="label">Storage</span>
        <span className="num text-mute">
          {size(used.bytes)} / {size(quota.bytes)} · {count(used.files)} / {count(quota.files)} files
        </span>
      </p>
      <Bar label="Storage used" value={Math.max(used.bytes / quota.bytes, used.files / quota.files)} />
    </div>
  );
}
