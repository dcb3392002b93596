import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { Failure, Page } from './components/index.ts';
import { Shell } from './shell/Shell.tsx';

/** What stands in the address after `?`: texts alone, so that a view can be sent to a colleague. */
type Filters = Record<string, string>;
const filters = (search: Record<string, unknown>): Filters =>
  Object.fromEntries(
    Object.entries(search).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, String(value)]],
    ),
  );

const root = createRootRoute({ component: Outlet });
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });
const at = <Path extends string>(path: Path, load: () => Promise<{ default: () => React.ReactNode }>) =>
  createRoute({ getParentRoute: () => shell, path, validateSearch: filters, component: lazyRouteComponent(load) });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: filters,
  component: lazyRouteComponent(() => import('./pages/sign-in/SignIn.tsx')),
});

const routes = root.addChildren([
  signIn,
  shell.addChildren([
    at('/', () => import('./pages/home/Home.tsx')),
    at('/profiles', () => import('./pages/profiles/Profiles.tsx')),
    at('/profiles/$id', () => import('./pages/profiles/Profile.tsx')),
    at('/events', () => import('./pages/profiles/Events.tsx')),
    at('/webhooks', () => import('./pages/webhooks/Webhooks.tsx')),
    at('/webhooks/import', () => import('./pages/webhooks/Import.tsx')),
    at('/webhooks/$id', () => import('./pages/webhooks/Webhook.tsx')),
    at('/gallery', () => import('./pages/gallery/Gallery.tsx')),
    at('/gallery/$key', () => import('./pages/gallery/GalleryExample.tsx')),
    at('/presets', () => import('./pages/presets/Presets.tsx')),
    at('/scenarios', () => import('./pages/scenarios/Scenarios.tsx')),
    at('/scenarios/$id', () => import('./pages/scenarios/Scenario.tsx')),
    at('/scenarios/$id/runs', () => import('./pages/scenarios/Runs.tsx')),
    at('/deliveries', () => import('./pages/deliveries/Deliveries.tsx')),
    at('/deliveries/$id', () => import('./pages/deliveries/Delivery.tsx')),
    at('/policies', () => import('./pages/policies/Policies.tsx')),
    at('/origins', () => import('./pages/origins/Origins.tsx')),
    at('/resends', () => import('./pages/resends/Resends.tsx')),
    at('/resends/$id', () => import('./pages/resends/Resend.tsx')),
    at('/inspectors', () => import('./pages/inspectors/Inspectors.tsx')),
    at('/inspectors/$id', () => import('./pages/inspectors/Inspector.tsx')),
    at('/operations', () => import('./pages/operations/Operations.tsx')),
    at('/settings', () => import('./pages/settings/Settings.tsx')),
    at('/api/docs', () => import('./pages/docs/Docs.tsx')),
    at('/$', () => import('./shell/NotThere.tsx')),
  ]),
]);

export const router = createRouter({
  routeTree: routes,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const text = new URLSearchParams(search as Filters).toString();
    return text === '' ? '' : `?${text}`;
  },
  defaultPreload: 'intent',
  defaultErrorComponent: ({ error, reset }) => (
    <Page title="Something broke">
      <Failure error={error} retry={reset} />
    </Page>
  ),
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
