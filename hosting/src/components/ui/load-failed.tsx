import { toApiError } from '#lib/api/errors.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

interface LoadFailedProps {
  /** What was not loaded: `The keys`. */
  what: string;
  error: unknown;
  onRetry: () => void;
}

/** Says what is missing and offers another try; older data, where there is any, stays beside it. */
export function LoadFailed({ what, error, onRetry }: LoadFailedProps) {
  const { message, requestId } = toApiError(error);
  return (
    <Notice tone="failed" live className="mb-4">
      <p>
        {what} could not be loaded: {message}
      </p>
      {requestId !== undefined && <p className="num text-mute">{requestId}</p>}
      <Button onClick={onRetry} className="mt-2">
        Try again
      </Button>
    </Notice>
  );
}
