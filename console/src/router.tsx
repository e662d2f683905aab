import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
} from '@tanstack/react-router';
import { consoleSessionQuery } from './api/console-session';
import { agentQuery, agentsQuery, channelsQuery, followupsQuery } from './api/lists';
import { AgentRoom } from './shell/agent-room';
import { NotFound } from './shell/not-found';
import { PageError } from './shell/page-error';
import { Shell } from './shell/shell';
import { Start } from './shell/start';

/** Filters stand in the URL as texts, so that a view can be sent to somebody. */
const filters = (search: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(search).flatMap(([name, value]) =>
      value === undefined || value === null || value === '' ? [] : [[name, String(value)]],
    ),
  );

type Context = { queries: QueryClient };

/** Reads what pages ask for when they are shown, while their code is on its way: all at once, and only the first time. */
const read = async ({ queries }: Context, wanted: () => Promise<unknown>[]): Promise<void> => {
  // Pages say what is wrong when they ask themselves.
  const session = await queries.ensureQueryData(consoleSessionQuery).catch(() => null);
  if (session !== null) await Promise.allSettled(wanted());
};

const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./pages/sign-in/sign-in'), 'SignIn'),
});

const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });
const start = createRoute({ getParentRoute: () => shell, path: '/', component: Start });
const welcome = createRoute({
  getParentRoute: () => shell,
  path: '/welcome',
  component: lazyRouteComponent(() => import('./pages/welcome/welcome'), 'Welcome'),
});
const apiKeys = createRoute({
  getParentRoute: () => shell,
  path: '/api-keys',
  component: lazyRouteComponent(() => import('./pages/api-keys/api-keys'), 'ApiKeys'),
});

const agent = createRoute({
  getParentRoute: () => shell,
  path: '/agents/$agentId',
  component: AgentRoom,
  loader: ({ context, params: { agentId } }) => {
    const { queries } = context;
    void read(context, () => [queries.ensureQueryData(agentsQuery), queries.ensureQueryData(agentQuery(agentId))]);
  },
});
const agentStart = createRoute({ getParentRoute: () => agent, path: '/', component: Start });
const identity = createRoute({
  getParentRoute: () => agent,
  path: '/identity',
  component: lazyRouteComponent(() => import('./pages/identity/identity'), 'Identity'),
});
const channels = createRoute({
  getParentRoute: () => agent,
  path: '/channels',
  component: lazyRouteComponent(() => import('./pages/channels/channels'), 'Channels'),
});
const channelDetails = createRoute({
  getParentRoute: () => agent,
  path: '/channels/$channelId',
  component: lazyRouteComponent(() => import('./pages/channels/channel-details'), 'ChannelDetails'),
});
const followUps = createRoute({
  getParentRoute: () => agent,
  path: '/follow-ups',
  validateSearch: filters,
  component: lazyRouteComponent(() => import('./pages/follow-ups/follow-ups'), 'FollowUps'),
  loader: ({ context, params: { agentId } }) => {
    const { queries } = context;
    void read(context, () => [
      queries.ensureQueryData(channelsQuery(agentId)),
      queries.ensureQueryData(followupsQuery(agentId)),
    ]);
  },
});
const followupDetails = createRoute({
  getParentRoute: () => agent,
  path: '/follow-ups/$followupId',
  validateSearch: filters,
  component: lazyRouteComponent(() => import('./pages/followup-details/followup-details'), 'FollowupDetails'),
});
const sessions = createRoute({
  getParentRoute: () => agent,
  path: '/sessions',
  validateSearch: filters,
  component: lazyRouteComponent(() => import('./pages/sessions/sessions'), 'Sessions'),
});
const sessionDetails = createRoute({
  getParentRoute: () => agent,
  path: '/sessions/$sessionId',
  component: lazyRouteComponent(() => import('./pages/session-details/session-details'), 'SessionDetails'),
});
const playground = createRoute({
  getParentRoute: () => agent,
  path: '/playground',
  validateSearch: filters,
  component: lazyRouteComponent(() => import('./pages/playground/playground'), 'Playground'),
});

const routeTree = root.addChildren([
  signIn,
  shell.addChildren([
    start,
    welcome,
    apiKeys,
    agent.addChildren([
      agentStart,
      identity,
      channels,
      channelDetails,
      followUps,
      followupDetails,
      sessions,
      sessionDetails,
      playground,
    ]),
  ]),
]);

export const createConsoleRouter = (queries: QueryClient) =>
  createRouter({
    routeTree,
    context: { queries },
    // Texts as they are: `?status=active`, not JSON.
    parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
    stringifySearch: (search) => {
      const text = new URLSearchParams(filters(search)).toString();
      return text === '' ? '' : `?${text}`;
    },
    defaultPreload: 'intent',
    defaultErrorComponent: PageError,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
