import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { imagesSearch } from '#features/images/state/search.ts';
import { requestFilters } from '#features/requests/state/filters.ts';
import { usageSearch } from '#features/usage/state/range.ts';
import { currentUser, sessionReady } from '#lib/auth/session.ts';
import { listOf, localPath, parseSearch, stringifySearch } from '#lib/search-params.ts';
import { GuestLayout, SignInPage, SignUpPage } from './guest-pages.tsx';
import { NotFound, StartFailed, Starting } from './states.tsx';

const HOME = '/playground';

interface GuestSearch {
  /** Where to go after signing in: a path of this site. */
  redirect?: string | undefined;
  /** Why the person was sent here. */
  reason?: 'ended' | undefined;
  email?: string | undefined;
}

/** Every key is set: the router would let what is left out through as it came. */
function guestSearch({ redirect, reason, email }: Record<string, unknown>): GuestSearch {
  return {
    redirect: localPath(redirect),
    reason: reason === 'ended' ? reason : undefined,
    email: typeof email === 'string' ? email : undefined,
  };
}

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: HOME, search: {}, replace: true });
  },
});

/** Pages for people without a session; who has one goes on. */
const guest = createRoute({
  getParentRoute: () => root,
  id: 'guest',
  validateSearch: guestSearch,
  beforeLoad: async ({ search }) => {
    await sessionReady();
    if (currentUser() !== null) throw redirect({ href: search.redirect ?? HOME, replace: true });
  },
  component: GuestLayout,
});
const signIn = createRoute({ getParentRoute: () => guest, path: '/sign-in', component: SignInPage });
const signUp = createRoute({ getParentRoute: () => guest, path: '/sign-up', component: SignUpPage });
const reset = createRoute({
  getParentRoute: () => guest,
  path: '/reset-password',
  component: lazyRouteComponent(() => import('./mail-pages.tsx'), 'ResetPage'),
});

/** Where the links in Firebase's mails lead; works with and without a session. */
const action = createRoute({
  getParentRoute: () => root,
  path: '/auth/action',
  validateSearch: (search: Record<string, unknown>) => ({
    mode: String(search['mode'] ?? ''),
    oobCode: String(search['oobCode'] ?? ''),
  }),
  beforeLoad: () => sessionReady(),
  component: lazyRouteComponent(() => import('./mail-pages.tsx'), 'ActionPage'),
});

/** Pages for people with a session; who has none signs in and comes back. */
const console_ = createRoute({
  getParentRoute: () => root,
  id: 'console',
  beforeLoad: async ({ location }) => {
    await sessionReady();
    if (currentUser() === null) {
      const target = location.href === '/' || location.href === HOME ? {} : { redirect: location.href };
      throw redirect({ to: '/sign-in', search: target, replace: true });
    }
  },
  component: lazyRouteComponent(() => import('./ConsoleLayout.tsx'), 'ConsoleLayout'),
});

const playground = createRoute({
  getParentRoute: () => console_,
  path: '/playground',
  validateSearch: (search: Record<string, unknown>): { m?: string[] | undefined } => {
    const m = listOf(search['m']);
    return { m: m.length === 0 ? undefined : m };
  },
  component: lazyRouteComponent(() => import('./PlaygroundPage.tsx'), 'PlaygroundPage'),
});

const settings = createRoute({
  getParentRoute: () => console_,
  path: '/settings',
  component: lazyRouteComponent(() => import('#features/account/components/Settings.tsx'), 'Settings'),
});

const keys = createRoute({
  getParentRoute: () => console_,
  path: '/keys',
  component: lazyRouteComponent(() => import('#features/keys/components/Keys.tsx'), 'Keys'),
});

const key = createRoute({
  getParentRoute: () => console_,
  path: '/keys/$id',
  component: lazyRouteComponent(() => import('./KeyRoute.tsx'), 'KeyRoute'),
});

const usage = createRoute({
  getParentRoute: () => console_,
  path: '/usage',
  validateSearch: usageSearch,
  component: lazyRouteComponent(() => import('./UsagePage.tsx'), 'UsagePage'),
});

const images = createRoute({
  getParentRoute: () => console_,
  path: '/images',
  validateSearch: imagesSearch,
  component: lazyRouteComponent(() => import('./ImagesPage.tsx'), 'ImagesPage'),
});

const requests = createRoute({
  getParentRoute: () => console_,
  path: '/requests',
  validateSearch: requestFilters,
  component: lazyRouteComponent(() => import('./RequestsPage.tsx'), 'RequestsPage'),
});

const limits = createRoute({
  getParentRoute: () => console_,
  path: '/limits',
  component: lazyRouteComponent(() => import('#features/limits/components/LimitList.tsx'), 'LimitList'),
});

const files = createRoute({
  getParentRoute: () => console_,
  path: '/files',
  component: lazyRouteComponent(() => import('#features/files/components/Files.tsx'), 'Files'),
});

const videos = createRoute({
  getParentRoute: () => console_,
  path: '/videos',
  component: lazyRouteComponent(() => import('#features/videos/components/Videos.tsx'), 'Videos'),
});

const videoJob = createRoute({
  getParentRoute: () => console_,
  path: '/videos/$job',
  component: lazyRouteComponent(() => import('./VideoJobRoute.tsx'), 'VideoJobRoute'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    guest.addChildren([signIn, signUp, reset]),
    action,
    console_.addChildren([
      playground,
      keys,
      key,
      usage,
      requests,
      images,
      limits,
      files,
      videos,
      videoJob,
      settings,
    ]),
  ]),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultPendingMs: 200,
  defaultPendingComponent: Starting,
  defaultErrorComponent: StartFailed,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
