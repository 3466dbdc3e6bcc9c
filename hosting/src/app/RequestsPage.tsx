import { useNavigate, useSearch } from '@tanstack/react-router';
import { Requests } from '#features/requests/components/Requests.tsx';

/** Binds the list of requests to its URL: `?provider&model&apiKeyId`. */
export function RequestsPage() {
  const filters = useSearch({ from: '/console/requests' });
  const navigate = useNavigate();
  return (
    <Requests filters={filters} onFilters={(next) => void navigate({ to: '/requests', search: next })} />
  );
}
