import { useMutation } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, IconButton } from '#components/ui/button.tsx';
import { EmulatedMail } from '#components/ui/emulated-mail.tsx';
import { authMessage } from '#lib/auth/errors.ts';
import { sendVerification } from '#lib/auth/send-verification.ts';
import { refreshProfile, useSessionUser } from '#lib/auth/session.ts';

/** Asks for the address to be verified until it is, and notices by itself when that happened in another tab. */
export function VerifyBanner() {
  const user = useSessionUser();
  const [dismissed, setDismissed] = useState(false);
  const [edition, setEdition] = useState(0);
  const resend = useMutation({
    mutationFn: sendVerification,
    onSuccess: () => setEdition((count) => count + 1),
  });
  const wanted = user !== null && !user.emailVerified && !dismissed;

  useEffect(() => {
    if (!wanted) return;
    const look = () => {
      if (document.visibilityState === 'visible') refreshProfile().catch(() => undefined);
    };
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [wanted]);

  if (!wanted) return null;
  return (
    <section
      aria-label="Verify your address"
      className="rail flex flex-wrap items-center gap-x-4 gap-y-1 border-b py-1 pr-2 pl-3.5"
      data-state="warn"
    >
      <div className="min-w-0 grow basis-60">
        <p role="status">
          {resend.isSuccess ? 'Sent again. ' : ''}
          Verify your address: we sent a link to <strong className="font-medium">{user.email}</strong>.
          {resend.isError && <span className="text-bad"> {authMessage(resend.error)}</span>}
        </p>
        <EmulatedMail kind="VERIFY_EMAIL" email={user.email} edition={edition} />
      </div>
      <div className="flex items-center gap-1">
        <Button variant="ghost" busy={resend.isPending} onClick={() => resend.mutate()}>
          Send again
        </Button>
        <IconButton label="Dismiss" onClick={() => setDismissed(true)}>
          <X size={16} />
        </IconButton>
      </div>
    </section>
  );
}
