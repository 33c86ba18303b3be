/** The addresses of pages. Pages but the desk are fetched when first opened. */

import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { AccountPage } from '../account/AccountPage';
import { AuditPage } from '../account/AuditPage';
import { SignInPage } from '../account/SignInPage';
import { UsersPage } from '../account/UsersPage';
import { meQuery } from '../api/me';
import { CameraPage } from '../cameras/CameraPage';
import { CamerasPage } from '../cameras/CamerasPage';
import { DeskPage } from '../desk/DeskPage';
import { deskSearchOf } from '../desk/queues';
import { REGISTER_VIEWS, type RegisterView } from '../register/views';
import { choiceOf } from '../reports/choice';
import { searchOf } from '../search/filter';
import { SearchPage } from '../search/SearchPage';
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
    ...(text(s.back)?.startsWith('/') && !text(s.back)?.startsWith('//')
      ? { back: text(s.back) }
      : {}),
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
    throw redirect({ to: me?.permissions.includes('see_events') ? '/desk' : '/cameras' });
  },
});

const desk = createRoute({
  getParentRoute: () => inside,
  path: '/desk',
  validateSearch: deskSearchOf,
  component: DeskPage,
});

const cameras = createRoute({
  getParentRoute: () => inside,
  path: '/cameras',
  component: CamerasPage,
});
const camera = createRoute({
  getParentRoute: () => inside,
  path: '/cameras/$id',
  component: CameraPage,
});
const scene = createRoute({
  getParentRoute: () => inside,
  path: '/cameras/$id/scene',
  component: lazyRouteComponent(() => import('../scene/ScenePage')),
});
const search = createRoute({
  getParentRoute: () => inside,
  path: '/search',
  validateSearch: searchOf,
  component: SearchPage,
});
const today = createRoute({
  getParentRoute: () => inside,
  path: '/today',
  component: lazyRouteComponent(() => import('../today/TodayPage')),
});
const register = createRoute({
  getParentRoute: () => inside,
  path: '/register',
  validateSearch: (s): { view?: RegisterView } => {
    const view = REGISTER_VIEWS.find((v) => v === s.view);
    return view ? { view } : {};
  },
  component: lazyRouteComponent(() => import('../register/RegisterPage')),
});
const reports = createRoute({
  getParentRoute: () => inside,
  path: '/reports',
  validateSearch: choiceOf,
  component: lazyRouteComponent(() => import('../reports/ReportsPage')),
});
const handover = createRoute({
  getParentRoute: () => inside,
  path: '/handover',
  // Ids of events that a request is begun with.
  validateSearch: (s): { events?: string } => {
    const events = text(s.events);
    return events === undefined ? {} : { events };
  },
  component: lazyRouteComponent(() => import('../handover/HandoverPage')),
});
const account = createRoute({
  getParentRoute: () => inside,
  path: '/account',
  component: AccountPage,
});
const users = createRoute({ getParentRoute: () => inside, path: '/users', component: UsersPage });
const audit = createRoute({ getParentRoute: () => inside, path: '/audit', component: AuditPage });

const routes = [
  home,
  desk,
  cameras,
  camera,
  scene,
  search,
  today,
  reports,
  register,
  handover,
  account,
  users,
  audit,
];

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

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
