import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { Brand } from '#components/ui/brand.tsx';
import { Button, buttonClass } from '#components/ui/button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { toApiError } from '#lib/api/errors.ts';

/** While the session is read; drawn only when that takes a moment. */
export function Starting() {
  return (
    <div className="flex h-full flex-col gap-4 p-4">
      <Brand />
      <p role="status" className="text-mute">
        Starting…
      </p>
    </div>
  );
}

export function StartFailed({ error }: ErrorComponentProps) {
  const router = useRouter();
  const { message } = toApiError(error);
  return (
    <div className="flex h-full flex-col gap-4 p-4">
      <Brand />
      <Notice tone="failed" live>
        <h1 className="font-semibold text-bad">The console could not start</h1>
        <p className="mb-2">{message}</p>
        <Button onClick={() => router.invalidate()}>Try again</Button>
      </Notice>
    </div>
  );
}

export function NotFound() {
  return (
    <div className="flex h-full flex-col gap-4 p-4">
      <Brand />
      <Notice tone="idle">
        <h1 className="font-semibold">There is nothing at this address</h1>
        <Link to="/playground" className={buttonClass('outline', 'mt-2')}>
          Open the playground
        </Link>
      </Notice>
    </div>
  );
}
