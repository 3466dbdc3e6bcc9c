import { Link, useSearch } from '@tanstack/react-router';
import { buttonClass } from '#components/ui/button.tsx';
import { AuthContainer } from '#features/auth/components/AuthContainer.tsx';
import { DeadLink } from '#features/auth/components/DeadLink.tsx';
import { ResetConfirmForm } from '#features/auth/components/ResetConfirmForm.tsx';
import { ResetRequestForm } from '#features/auth/components/ResetRequestForm.tsx';
import { VerifyEmail } from '#features/auth/components/VerifyEmail.tsx';
import { useTitle } from '#lib/use-title.ts';
import { WithQueries } from './WithQueries.tsx';

export function ResetPage() {
  useTitle('Reset the password');
  return (
    <WithQueries>
      <ResetRequestForm />
    </WithQueries>
  );
}

/** Where the links in Firebase's mails lead: `?mode=resetPassword|verifyEmail&oobCode=…`. */
export function ActionPage() {
  const { mode, oobCode } = useSearch({ from: '/auth/action' });
  useTitle('Your link');
  return (
    <WithQueries>
      <AuthContainer>
        {mode === 'resetPassword' && oobCode !== '' ? (
          <ResetConfirmForm oobCode={oobCode} />
        ) : mode === 'verifyEmail' && oobCode !== '' ? (
          <VerifyEmail oobCode={oobCode} />
        ) : (
          <DeadLink message={undefined}>
            <Link to="/sign-in" className={buttonClass('primary')}>
              Sign in
            </Link>
          </DeadLink>
        )}
      </AuthContainer>
    </WithQueries>
  );
}
