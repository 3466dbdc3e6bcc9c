import { useMutation } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from '#components/ui/button.tsx';
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
      className="rail flex items-start gap-2 border-b py-1.5 pr-1 pl-3"
      data-state="warn"
    >
      <div role="status" className="flex min-w-0 grow flex-wrap gap-x-3 py-0.5">
        <p className="min-w-0">
          {resend.isSuccess
            ? 'Sent again: there is a new link for '
            : 'Verify your address: we sent a link to '}
          <strong className="font-medium [overflow-wrap:anywhere]">{user.email}</strong>.
        </p>
        <button
          type="button"
          disabled={resend.isPending}
          onClick={() => resend.mutate()}
          className="text-focus underline underline-offset-2"
        >
          {resend.isPending ? 'Sending…' : 'Send again'}
        </button>
        <EmulatedMail kind="VERIFY_EMAIL" email={user.email} edition={edition} />
        {resend.isError && <p className="text-bad">{authMessage(resend.error)}</p>}
      </div>
      <IconButton label="Dismiss" className="-my-1" onClick={() => setDismissed(true)}>
        <X size={16} />
      </IconButton>
    </section>
  );
}
