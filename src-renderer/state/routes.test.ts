import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RoutesView } from '../../src-main/contract/index.ts';
import { routeOf } from '../features/routes/route.fixture.ts';
import { notLoaded } from './loadable.ts';
import { changeRoutes, readRoutes, removeRoute, useRoutes } from './routes.ts';

let asked: [string, unknown][] = [];
let answers: Record<string, (args: unknown) => unknown> = {};
const table = (version: number, ...routes: RoutesView['routes']): RoutesView => ({
  version,
  routes,
  balancers: [],
  by: 'kim@desk',
  at: 1,
  note: null,
});

beforeEach(() => {
  asked = [];
  answers = { 'routes.list': () => table(1, routeOf()), 'routes.change': () => table(2) };
  vi.stubGlobal('window', {
    longshore: {
      call: async (name: string, args: unknown) => {
        asked.push([name, args]);
        try {
          return { ok: true, value: await answers[name]?.(args) };
        } catch (error) {
          return { ok: false, error };
        }
      },
      cancel: () => undefined,
    },
  });
  useRoutes.setState({ server: '', table: notLoaded, removing: null, failure: null }, true);
});

describe('routes', () => {
  it('are of the server that was looked at last', async () => {
    const waiting: { resolve?: (view: RoutesView) => void } = {};
    answers['routes.list'] = () => new Promise<RoutesView>((resolve) => Object.assign(waiting, { resolve }));
    const first = readRoutes('s1');
    await vi.waitFor(() => expect(waiting.resolve).toBeDefined());
    answers['routes.list'] = () => table(5);
    await readRoutes('s2');
    waiting.resolve?.(table(1, routeOf()));
    await first;
    expect(useRoutes.getState()).toMatchObject({ server: 's2', table: { value: { version: 5 }, loading: false } });
  });

  it('are shown after a change as it answers, and not as they were asked for before it', async () => {
    await readRoutes('s1');
    const waiting: { resolve?: (view: RoutesView) => void } = {};
    answers['routes.list'] = () => new Promise<RoutesView>((resolve) => Object.assign(waiting, { resolve }));
    const reading = readRoutes('s1');
    await vi.waitFor(() => expect(waiting.resolve).toBeDefined());
    await changeRoutes('s1', { do: 'remove', id: 'r1' });
    waiting.resolve?.(table(1, routeOf()));
    await reading;
    expect(useRoutes.getState().table).toMatchObject({ value: { version: 2, routes: [] }, loading: false, error: null });
  });

  it('are not touched by a change of another server', async () => {
    await readRoutes('s1');
    await changeRoutes('s2', { do: 'remove', id: 'r1' });
    expect(useRoutes.getState().table.value?.version).toBe(1);
  });

  it('stay where one cannot be removed, and are looked at anew', async () => {
    await readRoutes('s1');
    answers['routes.change'] = () => Promise.reject({ code: 'edge-failed', message: 'HAProxy refuses it' });
    await removeRoute('s1', 'r1');
    expect(useRoutes.getState()).toMatchObject({
      removing: null,
      failure: { message: 'HAProxy refuses it' },
      table: { value: { version: 1 } },
    });
    expect(asked.map(([name]) => name)).toEqual(['routes.list', 'routes.change', 'routes.list']);
  });
});
