import { describe, expect, it } from 'vitest';
import { escapedPath, renderConfig } from './config.ts';
import { type ReadBackend, readConfig, words } from './config-reader.fixture.ts';
import { parseMap, renderMap } from './maps.ts';
import { backendName, checkedModel, slotAlias, slots } from './model.ts';
import { randomModel } from './random-model.fixture.ts';
import { portBackendName, routeEntries } from './routes.ts';
import type { EdgeModel } from './types.ts';

/** In each run of the tests so many; LONGSHORE_FUZZ_MODELS=100000 is the whole. */
const models = Number(process.env['LONGSHORE_FUZZ_MODELS'] ?? 2_000);

/** What the reader has to find. */
function intent(model: EdgeModel): ReturnType<typeof readConfig> {
  const backends: Record<string, ReadBackend> = {};
  for (const { name, slots: models } of model.apps) {
    for (const slot of slots) {
      const { port, health, room, pace } = models[slot];
      const server = (to: number): string => `${room} ${slotAlias(name, slot)}:${to}`;
      // What is as usual need not be said.
      const often = pace && (pace.intervalSeconds !== 1 || pace.failures !== 3);
      backends[backendName(name, slot)] = {
        health: health.kind === 'http' ? escapedPath(health.path) : null,
        patience: pace && pace.timeoutSeconds !== 5 ? `timeout check ${pace.timeoutSeconds}s` : '',
        servers: `${server(port)}${often ? ` check inter ${pace.intervalSeconds}s fall ${pace.failures}` : ''}`,
      };
      for (const { target } of model.routes ?? []) {
        if (target.kind !== 'app' || target.app !== name || target.port === null) continue;
        backends[portBackendName(name, slot, target.port)] = { health: null, patience: '', servers: server(target.port) };
      }
    }
  }
  const routes = (model.routes ?? []).map(({ host: _, path, ...rest }) => {
    const { target } = rest;
    if (target.kind === 'address') backends[`be_route_${rest.id}`] = { health: null, patience: '', servers: '' };
    return {
      ...rest,
      // Nothing is taken off where there is nothing, or nobody that it would be taken off for.
      strip: rest.strip && path !== '/',
      target: target.kind === 'address' && target.scheme === 'http' ? { ...target, verify: false } : target,
      // An answer of the edge itself takes no time.
      rules: target.kind === 'app' || target.kind === 'address' ? rest.rules : { ...rest.rules, answerSeconds: null },
    };
  });
  return { backends, routes };
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
