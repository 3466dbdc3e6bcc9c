import { useNavigate, useSearch } from '@tanstack/react-router';
import { Usage } from '#features/usage/components/Usage.tsx';

/** Binds usage to its URL: `?from&to&group`. */
export function UsagePage() {
  const search = useSearch({ from: '/console/usage' });
  const navigate = useNavigate();
  return <Usage search={search} onSearch={(next) => void navigate({ to: '/usage', search: next })} />;
}
