import { Outlet, useRouter, useSearch } from '@tanstack/react-router';
import { AuthContainer } from '#features/auth/components/AuthContainer.tsx';
import { SignInForm } from '#features/auth/components/SignInForm.tsx';
import { SignUpForm } from '#features/auth/components/SignUpForm.tsx';
import { useTitle } from '#lib/use-title.ts';

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

/** Goes where the person wanted to go before they had to sign in: the guest route's guard knows where. */
function useGoOn(): () => void {
  const router = useRouter();
  return () => void router.invalidate();
}
