import { type AppSummary, noRules, type RouteView } from '../../../src-main/contract/index.ts';

/** A route as main tells of it: all of a host to the app shop, without rules, unless said. */
export function routeOf(change: Partial<RouteView> = {}): RouteView {
  return {
    id: 'r1',
    host: 'api.example.com',
    path: '/',
    strip: false,
    target: { kind: 'app', app: 'shop', port: null },
    rules: { ...noRules, users: [] },
    ...change,
  };
}

export function rulesOf(change: Partial<RouteView['rules']>): RouteView['rules'] {
  return { ...noRules, users: [], ...change };
}

export function appOf(name: string, ...hosts: readonly string[]): AppSummary {
  return { name, state: 'live', release: 1, replicas: { healthy: 1, wanted: 1 }, hosts: [...hosts], https: [] };
}
