import { QueryClient } from '@tanstack/react-query';
import { ApiError, type ErrorCode } from '#lib/api/errors.ts';
import { currentUser, onSessionChange } from '#lib/auth/session.ts';

const MOST_RETRIES = 2;
/** A second try can help where the way or the server was the trouble, not the request. */
const TRANSIENT: ReadonlySet<ErrorCode> = new Set([
  'unreachable',
  'unavailable',
  'internal',
  'upstream_error',
]);

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, error) =>
        failures < MOST_RETRIES && error instanceof ApiError && TRANSIENT.has(error.code),
      staleTime: 30_000,
    },
  },
});

// What one person saw is never shown to the next.
onSessionChange(() => {
  if (currentUser() === null) queryClient.clear();
});
