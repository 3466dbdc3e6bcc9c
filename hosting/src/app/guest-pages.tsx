import { Link, Outlet, useRouter, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { buttonClass } from '#components/ui/button.tsx';
import { AuthContainer } from '#features/auth/components/AuthContainer.tsx';
import { DeadLink } from '#features/auth/components/DeadLink.tsx';
import { ResetConfirmForm } from '#features/auth/components/ResetConfirmForm.tsx';
import { ResetRequestForm } from '#features/auth/components/ResetRequestForm.tsx';
import { SignInForm } from '#features/auth/components/SignInForm.tsx';
import { SignUpForm } from '#features/auth/components/SignUpForm.tsx';
import { VerifyEmail } from '#features/auth/components/VerifyEmail.tsx';

export function GuestLayout() {
  return (
    <AuthContainer>
      <Outlet />
    </AuthContainer>
  );
}

export function SignInPage() {
  const { reason, email, redirect } = useSearch({ from: '/guest/sign-in' });
  const onDone = useGoOn();
  useTitle('Sign in');
  return (
    <SignInForm
      email={email}
      redirect={redirect}
      notice={reason === 'ended' ? 'Your session has ended. Sign in again to go on.' : undefined}
      onDone={onDone}
    />
  );
}

export function SignUpPage() {
  const { redirect } = useSearch({ from: '/guest/sign-up' });
  const onDone = useGoOn();
  useTitle('Create an account');
  return <SignUpForm redirect={redirect} onDone={onDone} />;
}

export function ResetPage() {
  useTitle('Reset the password');
  return <ResetRequestForm />;
}

export function ActionPage() {
  const { mode, oobCode } = useSearch({ from: '/auth/action' });
  useTitle('Your link');
  return (
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
  );
}

/** Goes where the person wanted to go before they had to sign in. The guest route's guard knows where. */
function useGoOn(): () => void {
  const router = useRouter();
  return () => void router.invalidate();
}

function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Firegate`;
  }, [title]);
}
