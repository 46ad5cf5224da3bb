import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downServer, type PracticeServer, upServer } from '../../sandbox/index.ts';
import { sleep } from '../base/wait.ts';
import { createDocker, type Docker } from '../docker/index.ts';
import { connectTo } from '../docker/practice-connection.ts';
import type { HeldConnection } from '../ssh/index.ts';
import { createEdge, EDGE_NETWORK } from './index.ts';
import { reloadEdge } from './practice-reload.ts';
import { SLOTS_MAP } from './render/config.ts';
import { parseShownMap } from './render/maps.ts';
import { Runtime } from './runtime.ts';
import type { Edge, Slot, SlotModel } from './types.ts';

const NAME = 'g-reload';
const tcp: SlotModel = { port: 3000, health: { kind: 'tcp' }, room: 4 };

let server: PracticeServer;
let connection: HeldConnection;
let docker: Docker;
let edge: Edge;
beforeAll(async () => {
  server = await upServer(NAME, { docker: true });
  connection = connectTo(server);
  docker = createDocker(connection);
  edge = createEdge({ connection, docker });
  await docker.swarmInit(server.host);
  await docker.createNetwork({ name: EDGE_NETWORK, labels: {} });
  await edge.ensure();
});
afterAll(async () => {
  connection?.dispose();
  await downServer(NAME);
});

describe('a reload by somebody else', () => {
  it('at the moment of a switch does not bring the old slot back', async () => {
    // Enough backends that a worker takes a while between reading the maps and serving.
    const names = ['shop', ...Array.from({ length: 30 }, (_, index) => `app-${index}`)];
    await edge.apply({ apps: names.map((name) => ({ name, slots: { a: tcp, b: tcp } })), hosts: {}, live: {} });
    const runtime = new Runtime(connection);
    const seen: (string | undefined)[] = [];
    const wanted: string[] = [];
    for (let round = 0; round < 24; round += 1) {
      const slot: Slot = round % 2 === 0 ? 'a' : 'b';
      const reloaded = reloadEdge(connection, docker);
      await sleep((round * 7) % 42);
      await edge.switchTo('shop', slot);
      await reloaded;
      seen.push((await runtime.api(`show map ${SLOTS_MAP}`, parseShownMap))['shop']);
      wanted.push(`be_shop_${slot}`);
    }
    expect(seen).toEqual(wanted);
  });
});
