import { useNavigate, useRouter } from '@tanstack/react-router';
import { useCallback } from 'react';
import { signOut } from '#lib/auth/session.ts';

/** Leaves a session that the server no longer takes, and comes back to this page after a new one. */
export function useSignInAgain(): () => void {
  const navigate = useNavigate();
  const router = useRouter();
  return useCallback(() => {
    const target = router.state.location.href;
    void signOut().then(() => navigate({ to: '/sign-in', search: { redirect: target, reason: 'ended' } }));
  }, [navigate, router]);
}
