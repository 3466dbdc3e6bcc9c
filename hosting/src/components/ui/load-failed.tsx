import { toApiError } from '#lib/api/errors.ts';
import { signOut } from '#lib/auth/session.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

interface LoadFailedProps {
  /** What was not loaded: `The keys`. */
  what: string;
  error: unknown;
  onRetry: () => void;
}

/**
 * Says what is missing and offers another try; older data, where there is any, stays beside it. A session that the
 * server no longer takes is left: the way back leads here.
 */
export function LoadFailed({ what, error, onRetry }: LoadFailedProps) {
  const { code, message, requestId } = toApiError(error);
  const signedOut = code === 'signed_out' || code === 'unauthenticated';
  return (
    <Notice tone="failed" live className="mb-4">
      <p>
        {what} could not be loaded: {message}
      </p>
      {requestId !== undefined && <p className="num text-mute">{requestId}</p>}
      {signedOut ? (
        <Button variant="primary" onClick={() => void signOut()} className="mt-2">
          Sign in again
        </Button>
      ) : (
        <Button onClick={onRetry} className="mt-2">
          Try again
        </Button>
      )}
    </Notice>
  );
}
