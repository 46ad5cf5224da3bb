import { z } from 'zod';
import { execOn } from '../../sandbox/index.ts';
import { poll } from '../../src-main/base/wait.ts';
import { EDGE_SERVICE } from '../../src-main/edge/index.ts';
import { type Cell, faults } from './cells.ts';
import { app, type Ground, openHome } from './ground.ts';
import { differences, edgeFaults, losses, mixes, orphans } from './invariants.ts';
import type { Ended } from './laptop.ts';
import { strikes } from './strikes.ts';
import { startVisitors, type Visit, visitNow } from './visitors.ts';

export const cellResult = z.object({
  /** Sentences by invariant, `a` to `f`; none when all hold. */
  broken: z.record(z.string(), z.array(z.string())),
  seconds: z.number(),
  requests: z.number(),
  failed: z.number(),
  /** Seconds from the fault until the edge and the app ran again; null when they ran all the time. */
  awaySeconds: z.number().nullable(),
  /** How the deploy ended that the fault struck: as said by itself. */
  deploy: z.string(),
  /** Seconds of the run after it. */
  againSeconds: z.number(),
});
export type CellResult = z.infer<typeof cellResult>;

const reachMs = 120_000;
const endMs = 240_000;
const serveMs = 150_000;
const againMs = 180_000;
/** What a started container may take until HAProxy has its address and has checked it. */
const checkedMs = 10_000;

/** Deploys under visitors, strikes, heals, deploys again as a user would, and looks at the six invariants. */
export async function runCell(ground: Ground, cell: Cell): Promise<CellResult> {
  const began = Date.now();
  const { fault, moment, stage } = cell;
  const { strike, heal } = strikes[fault];
  const broken: Record<string, string[]> = {};
  const before = ground.live;
  const edition = await ground.edit();
  const visitors = startVisitors(ground.server.host, ground.host);
  let visits: readonly Visit[];
  let ended: Ended;
  let away: Away | null = null;
  let againSeconds = 0;
  try {
    const run = ground.deploy(ground.home, { moment, stage });
    try {
      const limit = new Promise<'late'>((late) => setTimeout(() => late('late'), reachMs).unref());
      const arrived = await Promise.race([run.reached(), limit]);
      if (arrived !== 'reached') {
        const { error, said } = await run.ended(0);
        throw new Error(`The deploy did not come to ${moment} ${stage}: ${error ?? said}`);
      }
      const struckAt = Date.now();
      await strike(ground, run);
      run.goOn();
      await heal?.(ground, run);
      ended = await run.ended(endMs);
      const serves = await awaitServing(ground);
      if (serves === null) broken['e'] = [`nothing is served ${serveMs / 1000} s after the fault`];
      if (faults[fault].side === 'server') away = await awayTime(ground, struckAt);
    } finally {
      run.signal('SIGCONT');
      run.signal('SIGKILL');
    }
    // Before it has the lease, or once its last write is done, it may succeed by rights.
    const holds = `${moment} ${stage}` !== 'before scan' && `${moment} ${stage}` !== 'after record';
    if (fault === 'replaced' && holds && ended.code === 0)
      broken['e'] = [...(broken['e'] ?? []), 'the run that had lost its lease says that it succeeded'];
    const againBegan = Date.now();
    const again = await ground.deploy(ground.home, null).ended(againMs);
    againSeconds = (Date.now() - againBegan) / 1000;
    if (again.release === null) broken['e'] = [...(broken['e'] ?? []), `the same command fails: ${again.error ?? again.said.slice(-500)}`];
    else ground.nowLive(again.release, edition);
  } finally {
    visits = await visitors.stop();
  }
  const mixed = mixes(visits, { before, edition });
  if (mixed.length > 0) broken['a'] = mixed;
  const lost = losses(visits, away);
  if (lost.length > 0) broken['b'] = lost;
  const services = await openHome(ground.home, ground.server);
  try {
    const checks = { c: edgeFaults(ground), d: orphans(ground, services), f: differences(ground, services) };
    for (const [name, check] of Object.entries(checks)) {
      const wrong = await check.catch((error: unknown) => [
        `it could not be seen: ${error instanceof Error ? error.message : String(error)}`,
      ]);
      if (wrong.length > 0) broken[name] = wrong;
    }
  } finally {
    services.dispose();
  }
  return {
    broken,
    seconds: (Date.now() - began) / 1000,
    requests: visits.length,
    failed: visits.filter(({ failed }) => failed !== null).length,
    awaySeconds: away && (away.to - away.from - checkedMs) / 1000,
    deploy: ended.code === 0 ? `release ${ended.release} is live` : (ended.error ?? `ended with ${ended.code}`),
    againSeconds,
  };
}

/** Waits until visitors are served again, three times in a row. Null when that does not come. */
async function awaitServing({ server, host }: Ground): Promise<true | null> {
  let good = 0;
  const serving = await poll(
    async () => {
      good = (await visitNow(server.host, host)).failed === null ? good + 1 : 0;
      return good === 3 ? true : undefined;
    },
    { everyMs: 200, withinMs: serveMs },
  );
  return serving ?? null;
}

interface Away {
  readonly from: number;
  readonly to: number;
}

/**
 * When the server could not serve, by what Docker says of it: until the edge and the first container of the app had been started that are
 * there now, and were not before the fault. Practice servers have this machine's clock. Null when nothing of them was started.
 */
async function awayTime({ name }: Ground, struckAt: number): Promise<Away | null> {
  const format = '{{index .Config.Labels "com.docker.swarm.service.name"}} {{.State.StartedAt}}';
  const read = async (): Promise<string | undefined> => {
    const shown = await execOn(name, `docker inspect --format '${format}' $(docker ps --quiet --no-trunc)`);
    return shown.code === 0 ? shown.stdout : undefined;
  };
  const lines = (await poll(read, { everyMs: 300, withinMs: 30_000 })) ?? '';
  const started = lines.split('\n').flatMap((line) => {
    const [service = '', at = ''] = line.split(' ');
    const time = Date.parse(at);
    return Number.isNaN(time) ? [] : [{ service, time }];
  });
  const edge = started.find(({ service }) => service === EDGE_SERVICE);
  const first = Math.min(...started.filter(({ service }) => service.startsWith(`${app}-r`)).map(({ time }) => time));
  const since = [edge?.time ?? 0, Number.isFinite(first) ? first : 0].filter((time) => time > struckAt);
  if (since.length === 0) return null;
  return { from: struckAt, to: Math.max(...since) + checkedMs };
}
