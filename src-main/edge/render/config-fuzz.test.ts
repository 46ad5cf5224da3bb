import { describe, expect, it } from 'vitest';
import { noRules, type Route } from '../../contract/index.ts';
import type { EdgeModel } from '../types.ts';
import { escapedPath, renderConfig } from './config.ts';
import { type ReadBackend, type ReadHold, readConfig, words } from './config-reader.fixture.ts';
import { parseMap, renderMap } from './maps.ts';
import { backendName, checkedModel, slotAlias, slots } from './model.ts';
import { randomModel } from './random-model.fixture.ts';
import { routeEntries } from './routes.ts';

/** In each run of the tests so many; LONGSHORE_FUZZ_MODELS=100000 is the whole. */
const models = Number(process.env['LONGSHORE_FUZZ_MODELS'] ?? 2_000);

const plainBackend: ReadBackend = { health: null, patience: '', servers: '', sticky: false, gzip: false };

/** What makes the backends that a route leads to others than the app's. */
function suffixOf({ id, target, rules }: Pick<Route, 'id' | 'target' | 'rules'>): string {
  if (target.kind !== 'app') return '';
  if (rules.sendProxy || ((rules.sticky || rules.gzip) && target.port !== null)) return `_other_${id}`;
  if (rules.sticky || rules.gzip) return `_${id}`;
  return target.port === null ? '' : `_${target.port}`;
}

function readTarget({ target, rules }: Pick<Route, 'target' | 'rules'>): Route['target'] {
  if (target.kind === 'address' && target.scheme === 'http') return { ...target, verify: false };
  // The port stands in the backends that such a route has of its own.
  return target.kind === 'app' && (rules.sticky || rules.gzip || rules.sendProxy) ? { ...target, port: null } : target;
}

/** An answer of the edge itself has none of what is asked of whoever answers; an address is one place to stay with. */
function readRules({ target, rules }: Pick<Route, 'target' | 'rules'>): Route['rules'] {
  if (target.kind === 'app') return rules;
  if (target.kind === 'address') return { ...rules, sticky: false };
  return { ...rules, answerSeconds: null, idleSeconds: null, sticky: false, gzip: false, sendProxy: false };
}

/** What the reader has to find. */
function intent(model: EdgeModel): ReturnType<typeof readConfig> {
  const backends: Record<string, ReadBackend> = {};
  const holding = model.apps.filter((app) => app.holds).sort((one, other) => (one.name < other.name ? -1 : 1));
  const holdsOf = (app: string, of: string, suffix: string): ReadHold[] => {
    const backend = `be_${app}_hold${suffix}`;
    const late = (named: string, other: string): ReadHold => ({
      backend,
      of,
      when: { named: `be_${app}_${named}`, empty: `be_${app}_${named}${suffix}`, there: `be_${app}_${other}${suffix}` },
    });
    return [{ backend, of, when: 'held' }, { backend, of, when: 'paused' }, late('a', 'b'), late('b', 'a')];
  };
  const holds = [
    ...holding.flatMap(({ name }) =>
      (model.routes ?? []).flatMap((route) =>
        route.target.kind === 'app' && route.target.app === name && suffixOf(route) !== '' ? holdsOf(name, route.id, suffixOf(route)) : [],
      ),
    ),
    ...holding.flatMap(({ name }) => holdsOf(name, name, '')),
  ];
  for (const { name, slots: models } of holding) {
    for (const slot of slots) {
      backends[`be_${name}_gate_${slot}`] = {
        ...plainBackend,
        health: `/be_${name}_${slot}`,
        servers: 'server open 127.0.0.1:8405 inter 250ms fall 1 rise 12',
      };
    }
    const held = (
      suffix: string,
      port: number | null,
      { sticky, gzip, sendProxy }: Pick<Route['rules'], 'sticky' | 'gzip' | 'sendProxy'>,
    ) => {
      const server = (slot: 'a' | 'b'): string =>
        `${slot} ${models[slot].room} 0${slot}-${name}:${port ?? models[slot].port} no-check track be_${name}_gate_${slot}/open${sendProxy ? ' send-proxy-v2' : ''}`;
      const servers = `retries 60, ${server('a')}, ${server('b')}, server hold 127.0.0.1:9 backup no-check`;
      backends[`be_${name}_hold${suffix}`] = { ...plainBackend, sticky, gzip, servers };
    };
    held('', null, noRules);
    for (const route of model.routes ?? []) {
      if (route.target.kind !== 'app' || route.target.app !== name || suffixOf(route) === '') continue;
      held(suffixOf(route), route.target.port, route.rules);
    }
  }
  const gates = [
    ...(holding.length > 0 ? ['bind 127.0.0.1:8405'] : []),
    ...holding.flatMap(({ name }) =>
      slots.map((slot) => `http-request return status 200 if { path /be_${name}_${slot} } { nbsrv(be_${name}_${slot}) gt 0 }`),
    ),
    ...(holding.length > 0 ? ['http-request return status 503'] : []),
  ];
  for (const { name, slots: models, holds: mayHold } of model.apps) {
    for (const slot of slots) {
      const { port, health, room, pace } = models[slot];
      const server = (to: number): string => `${room} ${slotAlias(name, slot)}:${to}`;
      // What is as usual need not be said.
      const often = pace && (pace.intervalSeconds !== 1 || pace.failures !== 3);
      const main: ReadBackend = {
        ...plainBackend,
        health: health.kind === 'http' ? escapedPath(health.path) : null,
        patience: pace && pace.timeoutSeconds !== 5 ? `timeout check ${pace.timeoutSeconds}s` : '',
        servers: `${server(port)}${often ? ` check inter ${pace.intervalSeconds}s fall ${pace.failures}` : ''}${mayHold ? ' downinter 250ms' : ''}`,
      };
      backends[backendName(name, slot)] = main;
      for (const { id, target, rules } of model.routes ?? []) {
        if (target.kind !== 'app' || target.app !== name) continue;
        const { sticky, gzip, sendProxy } = rules;
        const same = (target.port ?? port) === port;
        const there = same ? main : { ...plainBackend, servers: server(target.port ?? port) };
        if (sticky || gzip || sendProxy) {
          backends[`be_${name}_${slot}_${target.port === null && !sendProxy ? '' : 'other_'}${id}`] = {
            ...there,
            sticky,
            gzip,
            servers: `${there.servers}${sendProxy ? ' send-proxy-v2' : ''}`,
          };
        } else if (target.port !== null) {
          backends[`be_${name}_${slot}_${target.port}`] = { ...plainBackend, servers: server(target.port) };
        }
      }
    }
  }
  const routes = (model.routes ?? []).map(({ host: _, path, ...rest }) => {
    const { target, rules } = rest;
    if (target.kind === 'address') backends[`be_route_${rest.id}`] = { ...plainBackend, gzip: rules.gzip };
    return {
      ...rest,
      // Nothing is taken off where there is nothing, or nobody that it would be taken off for.
      strip: rest.strip && path !== '/',
      target: readTarget(rest),
      rules: readRules(rest),
    };
  });
  return { balancers: [...(model.balancers ?? [])], holds, gates, backends, routes };
}

describe('random models of the edge', () => {
  it(`are found again in what was rendered of them, ${models} of them`, () => {
    for (let seed = 1; seed <= models; seed += 1) {
      const model = checkedModel(randomModel(seed));
      const map = parseMap(renderMap(routeEntries(model.routes ?? [])));
      expect(map, `seed ${seed}`).toEqual(
        Object.fromEntries((model.routes ?? []).map(({ host, path, id }) => [`${host}${path === '/' ? '' : path}/`, id])),
      );
      const text = renderConfig(model);
      let read: unknown;
      try {
        read = readConfig(
          text,
          (model.routes ?? []).map(({ id }) => id),
        );
      } catch (cause) {
        throw new Error(`Seed ${seed}: ${String(cause)}`, { cause });
      }
      expect(read, `seed ${seed}`).toEqual(intent(model));
      // HAProxy takes lines of 2,048 bytes and 64 words.
      for (const line of text.split('\n')) {
        if (Buffer.byteLength(line) > 2_000 || words(line).length > 60) throw new Error(`Seed ${seed}: too long: ${line}`);
      }
    }
  }, 600_000);
});
