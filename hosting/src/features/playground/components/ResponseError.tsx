import { RotateCw } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import type { ApiError, ErrorCode } from '#lib/api/errors.ts';
import { useCountdown } from '#lib/countdown.ts';
import { cx } from '#lib/cx.ts';
import { useOnline } from '#lib/use-online.ts';

const TITLES: Record<ErrorCode, string> = {
  invalid_request: 'The request was refused',
  unauthenticated: 'Your session has ended',
  budget_exceeded: 'The budget is spent',
  forbidden: 'You may not do this',
  not_found: 'This does not exist',
  conflict: 'The request conflicts with another',
  payload_too_large: 'The prompt is too large',
  unsupported_media_type: 'The request was refused',
  unprocessable: 'The request could never fit',
  rate_limited: 'Too many requests',
  internal: 'Something broke inside the gateway',
  upstream_error: 'The provider failed',
  unavailable: 'The gateway is busy',
  upstream_timeout: 'The provider took too long',
  offline: 'You are offline',
  unreachable: 'The gateway does not answer',
  stream_cut: 'The answer broke off',
  signed_out: 'Your session has ended',
};

/** Sending the same again can help here; elsewhere something has to change first. */
const RETRYABLE: ReadonlySet<ErrorCode> = new Set([
  'rate_limited',
  'budget_exceeded',
  'conflict',
  'internal',
  'upstream_error',
  'unavailable',
  'upstream_timeout',
  'offline',
  'unreachable',
  'stream_cut',
]);

interface ResponseErrorProps {
  error: ApiError;
  retryAt: number | undefined;
  /** Whether part of an answer stands above. */
  partial: boolean;
  onRetry: () => void;
  onSignIn: () => void;
}

export function ResponseError({ error, retryAt, partial, onRetry, onSignIn }: ResponseErrorProps) {
  const left = useCountdown(retryAt);
  const online = useOnline();
  const signedOut = error.code === 'unauthenticated' || error.code === 'signed_out';
  const waiting = left > 0 || !online;
  return (
    <div className={cx(partial && 'mt-4 border-t pt-3')}>
      <div role="alert">
        <p className="font-semibold text-bad">{TITLES[error.code] ?? 'The request failed'}</p>
        <p className="[overflow-wrap:anywhere]">{error.message}</p>
      </div>
      {error.details !== undefined && (
        <details className="mt-1">
          <summary className="w-fit text-mute hover:text-ink">Details</summary>
          <pre className="num mt-1 max-h-60 overflow-auto whitespace-pre-wrap [overflow-wrap:anywhere]">
            {JSON.stringify(error.details, null, 2)}
          </pre>
        </details>
      )}
      <div className="mt-2 flex flex-wrap gap-2">
        {signedOut && (
          <Button variant="primary" onClick={onSignIn}>
            Sign in again
          </Button>
        )}
        {RETRYABLE.has(error.code) && (
          <Button onClick={onRetry} disabled={waiting} focusableWhenDisabled>
            <RotateCw size={14} />
            {retryLabel(online, left)}
          </Button>
        )}
      </div>
    </div>
  );
}

function retryLabel(online: boolean, left: number) {
  if (!online) return 'Retry when online';
  if (left === 0) return 'Retry';
  return (
    <>
      Retry in <span className="num">{left} s</span>
    </>
  );
}
