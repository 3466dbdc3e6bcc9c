import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { buttonClass } from '#components/ui/button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { authMessage } from '#lib/auth/errors.ts';
import { confirmVerification } from '../api/confirm-verification.ts';
import { AuthHeading } from './AuthContainer.tsx';
import { DeadLink } from './DeadLink.tsx';

/** Redeems the link as soon as it is opened. As a query, so that it runs once under React's strict mode too. */
export function VerifyEmail({ oobCode }: { oobCode: string }) {
  const verification = useQuery({
    queryKey: ['verification', oobCode],
    queryFn: () => confirmVerification(oobCode).then(() => true),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  const toConsole = (
    <Link to="/playground" className={buttonClass('primary')}>
      Open the playground
    </Link>
  );
  if (verification.isPending) return <p role="status">Verifying the address…</p>;
  if (verification.isError) return <DeadLink message={authMessage(verification.error)}>{toConsole}</DeadLink>;
  return (
    <>
      <AuthHeading title="Address verified" />
      <Notice tone="done" live className="mb-4">
        Thank you. Your address is verified.
      </Notice>
      {toConsole}
    </>
  );
}
