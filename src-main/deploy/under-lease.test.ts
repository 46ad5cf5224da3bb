import { describe, expect, it } from 'vitest';
import { recordName, serviceName } from '../apps/index.ts';
import { recordOf, running } from '../apps/test-data.ts';
import { ExpectedError } from '../contract/index.ts';
import type { Docker, Service, ServiceSpec, SwarmConfig } from '../docker/types.ts';
import type { Edge, Slot } from '../edge/types.ts';
import type { JobContext, StageContext } from '../jobs/types.ts';
import type { ServerSession } from '../servers/types.ts';
import { Uploads } from '../uploads/index.ts';
import { isPassing } from './passing.ts';
import { writeRecord } from './record.ts';
import { createService } from './rollout.ts';
import { switchTraffic } from './route.ts';
import { Run } from './run.ts';
import { persist } from './server-writes.ts';

/** Stands in for a server whose failures come at moments that a real one cannot be made to choose: Swarm's store, and an edge. */
class Server {
  readonly configs = new Map<string, SwarmConfig>();
  readonly services = new Map<string, Service>();
  readonly switched: (Slot | null)[] = [];
  readonly removed: string[] = [];
  onSwitch: () => void = () => undefined;
  #ids = 0;

  readonly docker: Partial<Docker> = {
    serverTime: async () => 1_000,
    config: async (name) => [...this.configs.values()].find((config) => config.name === name || config.id === name) ?? null,
    configs: async () => [...this.configs.values()],
    createConfig: async (config) => {
      if (this.configs.has(config.name)) throw new ExpectedError('name-taken', 'taken');
      this.#ids += 1;
      const id = `id${this.#ids}`;
      this.configs.set(config.name, { ...config, id, versionIndex: 1, createdAt: 1_000, updatedAt: 1_000 });
      return id;
    },
    updateConfigLabels: async (config, labels) => void this.configs.set(config.name, { ...config, labels }),
    removeConfig: async (nameOrId) => {
      for (const { name, id } of this.configs.values()) if (name === nameOrId || id === nameOrId) this.configs.delete(name);
    },
    removeImage: async () => undefined,
    services: async () => [],
    service: async (name) => this.services.get(name) ?? null,
    createService: async () => {
      throw new ExpectedError('name-taken', 'Docker could not create the service: the name is taken', { detail: 'its words' });
    },
    removeService: async (name) => void this.removed.push(name),
    containers: async () => [],
  };
  readonly edge: Partial<Edge> = {
    readLive: async () => ({ hosts: {}, live: {}, https: {}, routed: [], paused: {}, byHand: false }),
    apply: async () => 'unchanged',
    switchTo: async (_app, slot) => {
      this.onSwitch();
      this.switched.push(slot);
    },
  };

  run(): Run {
    const connection = { ready: async () => undefined };
    const session = { profile: { name: 'web1' }, connection, docker: this.docker, edge: this.edge } as unknown as ServerSession;
    const job = { commit: () => undefined } as unknown as JobContext;
    const unused = (): never => {
      throw new Error('not for these tests');
    };
    const jobs = { start: unused } as never;
    return new Run(
      { jobs, session: unused, by: 'kim@desk', keepReleases: () => 3, uploads: new Uploads(null) },
      'deploy',
      job,
      session,
      'shop',
    );
  }
}

const stage = { signal: new AbortController().signal, detail: () => undefined, log: () => undefined } as unknown as StageContext;

describe('a switch that is tried again', () => {
  it('is not made once another computer has taken over meanwhile', async () => {
    const server = new Server();
    server.onSwitch = () => {
      server.configs.clear();
      throw new ExpectedError('ssh-lost', 'the link is gone');
    };
    const run = server.run();
    const rollout = {
      record: recordOf('shop', 2),
      host: 'shop.example.com',
      service: 'shop-r2',
      slot: 'b',
      before: null,
      liveBefore: null,
    };
    const ended = run.through(async () => {
      await run.begin(stage);
      await switchTraffic(run, stage, { ...rollout, slot: 'b' }, null);
    });
    await expect(ended).rejects.toMatchObject({ code: 'lease-lost' });
    expect(server.switched).toEqual([]);
  });
});

describe('a step that must come to its end', () => {
  it('is tried again only for what passes', async () => {
    const run = new Server().run();
    let tries = 0;
    const failing = (code: 'edge-failed' | 'edge-unavailable' | 'busy') => async (): Promise<number> => {
      tries += 1;
      if (tries > 1) return tries;
      throw new ExpectedError(code, 'words');
    };
    await expect(persist(run, failing('edge-failed'))).rejects.toMatchObject({ code: 'edge-failed' });
    expect(tries).toBe(1);
    for (const code of ['edge-unavailable', 'busy'] as const) {
      tries = 0;
      expect(await persist(run, failing(code))).toBe(2);
    }
    expect(isPassing(new Error('a bug'))).toBe(false);
  });
});

describe('the undoing of what could not be made', () => {
  const failed = new ExpectedError('app-crashed', 'exit code 1');
  const record = recordOf('shop', 2);
  const name = recordName('shop', 2);

  it("leaves somebody else's record as it is", async () => {
    const server = new Server();
    await server.docker.createConfig?.({ name, labels: { theirs: 'yes' }, data: 'unreadable' });
    const run = server.run();
    const ended = run.through(async () => {
      await run.begin(stage);
      await writeRecord(run, record);
    });
    await expect(ended).rejects.toMatchObject({ code: 'name-taken' });
    expect(server.configs.get(name)).toMatchObject({ labels: { theirs: 'yes' }, data: 'unreadable' });
  });

  it('marks its own record, also when the answer to its creation was lost', async () => {
    for (const lost of [false, true]) {
      const server = new Server();
      const run = server.run();
      const ended = run.through(async () => {
        await run.begin(stage);
        const create = server.docker.createConfig;
        server.docker.createConfig = async (config) => {
          const id = await create?.(config);
          if (lost || id === undefined) throw failed;
          return id;
        };
        await writeRecord(run, record);
        throw failed;
      });
      await expect(ended).rejects.toBe(failed);
      expect(server.configs.get(name)?.labels).toMatchObject({ 'dev.longshore.outcome': 'failed', 'dev.longshore.note': 'exit code 1' });
    }
  });

  it("leaves a service of the same name that is not Longshore's, and says what to do", async () => {
    const server = new Server();
    const { service } = running('shop', 2, 'b');
    const foreign = { ...service, name: serviceName('shop', 2), labels: {} };
    server.services.set(foreign.name, foreign).set(foreign.id, foreign);
    const run = server.run();
    const spec: ServiceSpec = service.spec;
    const ended = run.through(async () => {
      await run.begin(stage);
      await createService(run, spec);
    });
    await expect(ended).rejects.toMatchObject({
      code: 'name-taken',
      next: expect.stringContaining('another app name'),
      detail: 'its words',
    });
    expect(server.removed).toEqual([]);
  });
});

describe('a run whose lease was taken over', () => {
  it('says that, and not what it missed because of it', async () => {
    const server = new Server();
    const run = server.run();
    const ended = run.through(async () => {
      await run.begin(stage);
      server.configs.clear();
      throw new ExpectedError('not-found', 'Docker could not list tasks: it is not there');
    });
    await expect(ended).rejects.toMatchObject({ code: 'lease-lost' });
  });

  it('learns so, however long the way to the server was broken', async () => {
    const server = new Server();
    const run = server.run();
    const { config } = server.docker;
    const ended = run.through(async () => {
      await run.begin(stage);
      const broken = async (): Promise<never> => {
        Object.assign(server.docker, { config });
        server.configs.clear();
        throw new ExpectedError('ssh-lost', 'the link is gone');
      };
      Object.assign(server.docker, { config: broken });
      await run.assertHeld();
    });
    await expect(ended).rejects.toMatchObject({ code: 'lease-lost' });
  });
});
