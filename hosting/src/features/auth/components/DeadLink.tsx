import type { ReactNode } from 'react';
import { Notice } from '#components/ui/notice.tsx';
import { AuthHeading } from './AuthContainer.tsx';

interface DeadLinkProps {
  message: string | undefined;
  /** The one thing to do about it. */
  children: ReactNode;
}

export function DeadLink({ message, children }: DeadLinkProps) {
  return (
    <>
      <AuthHeading title="This link does not work" />
      <Notice tone="failed" live className="mb-4">
        {message ?? 'The link is not complete. Copy the whole of it from the mail.'}
      </Notice>
      {children}
    </>
  );
}
