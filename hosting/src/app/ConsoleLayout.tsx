import { Outlet, useNavigate, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { Layout } from '#components/layout/Layout.tsx';
import { VerifyBanner } from '#features/account/components/VerifyBanner.tsx';
import { LimitsStrip } from '#features/limits/components/LimitsStrip.tsx';
import { useSessionUser } from '#lib/auth/session.ts';
import { AccountMenu } from './AccountMenu.tsx';
import { CommandButton } from './CommandButton.tsx';
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
            <span className="max-md:order-2 max-md:ml-auto">
              <CommandButton user={user} />
            </span>
            <span className="min-w-0 md:ml-auto md:pr-2">
              <LocalTag />
            </span>
            <span className="max-md:hidden">
              <LimitsStrip uid={user.uid} />
            </span>
            <span className="flex items-center gap-1 max-md:order-3">
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
