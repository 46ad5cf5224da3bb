import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { downServer, type PracticeServer, upServer } from '../../sandbox/index.ts';
import { type PracticeLaptop, plugInLaptop } from '../../sandbox/laptop.ts';
import { silentLogger } from '../../src-main/base/log.ts';
import { hostByAddress } from '../../src-main/contract/index.ts';
import { createDocker } from '../../src-main/docker/index.ts';
import { connectTo } from '../../src-main/docker/practice-connection.ts';
import type { Docker } from '../../src-main/docker/types.ts';
import { createServices, type Services } from '../../src-main/services.ts';
import type { HeldConnection } from '../../src-main/ssh/index.ts';
import { openConfBackend } from '../../src-main/store/conf-backend.ts';
import { commandLineVault } from '../../src-main/store/no-vault.ts';
import { openStore } from '../../src-main/store/settings-store.ts';
import type { Cell } from './cells.ts';
import { buildLaptop, LaptopRun } from './laptop.ts';
import { writeApp } from './visitors.ts';

export const app = 'shop';

/** What all cells of a run share: a server that is set up and serves a release, a laptop, and an observer with a connection of its own. */
export interface Ground {
  readonly name: string;
  readonly server: PracticeServer;
  readonly host: string;
  readonly laptop: PracticeLaptop;
  readonly observer: { readonly connection: HeldConnection; readonly docker: Docker };
  /** The data folder of the laptop that deploys, and of another computer that knows the server as well. */
  readonly home: string;
  readonly otherHome: string;
  /** What is live, and which edition its code and settings are. */
  readonly live: { readonly release: number; readonly edition: string };
  /** Changes the project, and what is deployed from now on is that. */
  edit(): Promise<string>;
  /** Starts the command that a user would type to deploy; `stopAt` makes it wait there. */
  deploy(home: string, stopAt: Omit<Cell, 'fault'> | null): LaptopRun;
  nowLive(release: number, edition: string): void;
  end(): Promise<void>;
}

/** Services on a data folder that knows the server and is connected to it. */
export async function openHome(home: string, server: PracticeServer): Promise<Services> {
  const store = await openStore({ folder: home, openBackend: openConfBackend, logger: silentLogger });
  const services = createServices({ home, store, vault: commandLineVault, logger: silentLogger });
  const known = services.servers.list().find(({ profile }) => profile.name === server.name);
  const { id } = known
    ? known.profile
    : await services.servers.add({
        name: server.name,
        host: server.host,
        port: server.port,
        user: server.user,
        authentication: { kind: 'key', identityFile: server.identityFile },
        hostKey: { type: 'ssh-ed25519', fingerprint: server.hostKey },
      });
  const session = services.servers.session(id);
  session.connection.connect();
  await session.connection.ready();
  return services;
}

/** Boots, sets up and deploys a first release. `name` is the server's; `place` the laptop's on the network. */
export async function makeGround(name: string, place: number): Promise<Ground> {
  const ends: (() => Promise<unknown> | unknown)[] = [];
  const end = async (): Promise<void> => {
    for (const one of ends.splice(0).reverse()) await one();
  };
  try {
    const built = await buildLaptop(`laptop-of-${name}`);
    ends.push(built.remove);
    const server = await upServer(name, { docker: true, fresh: true });
    ends.push(() => downServer(name));
    const folder = await mkdtemp(join(tmpdir(), 'longshore-faults-'));
    ends.push(() => rm(folder, { recursive: true, force: true }));
    const laptop = await plugInLaptop(place);
    ends.push(() => laptop.unplug());
    const [home, otherHome, project] = [join(folder, 'home'), join(folder, 'other-home'), join(folder, 'project')];
    for (const each of [home, otherHome]) {
      const services = await openHome(each, server);
      try {
        if (each === home) await setUp(services);
      } finally {
        services.dispose();
      }
    }
    const connection = connectTo(server);
    ends.push(() => connection.dispose());
    const observer = { connection, docker: createDocker(connection) };
    let live = { release: 0, edition: '' };
    let edits = 0;
    let edition = '';
    const ground: Ground = {
      name,
      server,
      host: hostByAddress(app, server.host),
      laptop,
      observer,
      home,
      otherHome,
      get live() {
        return live;
      },
      async edit() {
        edits += 1;
        edition = `e${edits}`;
        await writeApp(project, edition);
        return edition;
      },
      deploy: (from, stopAt) =>
        new LaptopRun(
          laptop,
          built.module,
          from,
          ['deploy', project, '--server', name, '--app', app, '--env', `EDITION=${edition}`, '--watch', '2', '--json'],
          stopAt,
        ),
      nowLive(release, now) {
        live = { release, edition: now };
      },
      end,
    };
    const first = await ground.edit();
    const run = ground.deploy(home, null);
    ends.push(() => run.signal('SIGKILL'));
    const { release, error, said } = await run.ended(180_000);
    if (release === null) throw new Error(`The first deploy failed: ${error ?? ''}\n${said}`);
    ground.nowLive(release, first);
    return ground;
  } catch (error) {
    await end();
    throw error;
  }
}

async function setUp(services: Services): Promise<void> {
  const [session] = services.servers.list();
  if (!session) throw new Error('No server is known');
  const job = await services.jobs.finished(services.setUp(session.profile.id));
  if (job.state !== 'succeeded') throw new Error(`The set-up failed: ${job.error?.message ?? job.state}`);
}
