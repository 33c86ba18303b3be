/** The addresses of pages. Pages but the desk are fetched when first opened. */

import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { SignInPage } from '../account/SignInPage';
import { meQuery } from '../api/me';
import { DeskPage } from '../desk/DeskPage';
import { Failure, NotFound, Waiting } from './Failure';
import { Frame } from './Frame';

const root = createRootRouteWithContext<{ client: QueryClient }>()({
  notFoundComponent: NotFound,
  errorComponent: Failure,
  pendingComponent: Waiting,
});

const text = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (s): { back?: string; ended?: boolean } => ({
    ...(text(s.back)?.startsWith('/') && !text(s.back)?.startsWith('//') ? { back: text(s.back) } : {}),
    ...(s.ended ? { ended: true } : {}),
  }),
  component: SignInPage,
});

const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: async ({ context, location }) => {
    const me = await context.client.ensureQueryData(meQuery);
    if (!me) throw redirect({ to: '/sign-in', search: { back: location.href } });
  },
  component: Frame,
});

const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: async ({ context }) => {
    const me = await context.client.ensureQueryData(meQuery);
    throw redirect({ to: me?.permissions.includes('see_events') ? '/desk' : '/' });
  },
});

const desk = createRoute({
  getParentRoute: () => inside,
  path: '/desk',
  validateSearch: (s): { event?: string } => (text(s.event) ? { event: text(s.event) } : {}),
  component: DeskPage,
});

const routes = [home, desk];

const tree = root.addChildren([signIn, inside.addChildren(routes)]);

export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    defaultErrorComponent: Failure,
    defaultNotFoundComponent: NotFound,
    defaultPendingComponent: Waiting,
  });
}

export const lazy = lazyRouteComponent;

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
