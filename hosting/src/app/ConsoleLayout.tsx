import { Outlet, useNavigate, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { Layout } from '#components/layout/Layout.tsx';
import { VerifyBanner } from '#features/account/components/VerifyBanner.tsx';
import { useSessionUser } from '#lib/auth/session.ts';
import { AccountMenu } from './AccountMenu.tsx';
import { LocalTag } from './LocalTag.tsx';
import { PLACES } from './nav.ts';
import { ThemeMenu } from './ThemeMenu.tsx';
import { WithQueries } from './WithQueries.tsx';

/** The frame of every page with a session; leaves for the sign-in page when the session ends. */
export function ConsoleLayout() {
  const user = useSessionUser();
  const navigate = useNavigate();
  const router = useRouter();
  useEffect(() => {
    // Ended by this page's own menu, in another tab, or by the server: `beforeLoad` sees none of these.
    if (user === null) void router.invalidate();
  }, [user, router]);
  if (user === null) return null;
  return (
    <WithQueries>
      <Layout
        groups={PLACES}
        strip={
          <>
            <LocalTag />
            <span className="ml-auto flex items-center gap-1">
              <ThemeMenu />
              <AccountMenu user={user} onSettings={() => void navigate({ to: '/settings' })} />
            </span>
          </>
        }
        banner={<VerifyBanner />}
      >
        <Outlet />
      </Layout>
    </WithQueries>
  );
}
