import { useQuery } from '@tanstack/react-query';
import { loadConfig } from '#lib/config.ts';

/** Says that this is a laptop, where it is one: the emulators hold the accounts and the data. */
export function LocalTag() {
  const { data: config } = useQuery({
    queryKey: ['client-config'],
    queryFn: loadConfig,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (config?.authEmulatorUrl === undefined) return null;
  return (
    <p
      className="flex min-w-0 items-baseline gap-2 text-mute"
      title="Accounts and data live in the local emulators"
    >
      <span className="label text-warn">Local</span>
      <span className="num truncate max-sm:hidden">{config.projectId}</span>
    </p>
  );
}
