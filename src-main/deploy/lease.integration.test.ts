import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leaseName } from '../apps/index.ts';
import { poll } from '../base/wait.ts';
import { acquireLease, type Lease, type LeaseOptions } from './lease.ts';
import { type Practice, practise } from './practice-app.ts';

/** In each run of the tests so many; LONGSHORE_LEASE_RACES=200 is the whole. */
const races = Number(process.env['LONGSHORE_LEASE_RACES'] ?? 1);

let practice: Practice;
beforeAll(async () => {
  practice = await practise('deploy-lease');
});
afterAll(() => practice.end());

const waits: string[] = [];
function take(app: string, change: Partial<LeaseOptions> = {}): Promise<Lease> {
  return acquireLease({
    docker: practice.session.docker,
    server: 'deploy-lease',
    app,
    holder: 'kim@desk',
    doing: 'deploy',
    ttlMs: 90_000,
    signal: AbortSignal.timeout(60_000),
    onWait: (text) => waits.push(text),
    ...change,
  });
}
const left = async (app: string) => practice.session.docker.config(leaseName(app));

/** Resolves when the server's clock, which alone counts for leases, has come past `time`. */
async function pastOnServer(time: number): Promise<void> {
  const isPast = async () => ((await practice.session.docker.serverTime()) > time ? true : undefined);
  expect(await poll(isPast, { everyMs: 200, withinMs: 60_000 })).toBe(true);
}

describe('the lease of an app', () => {
  it(`has one winner, however many race for it, ${races} times`, async () => {
    for (let race = 1; race <= races; race += 1) {
      const takers = Array.from({ length: 12 }, (_, index) => take('race', { holder: `user${index}@host` }));
      const ends = await Promise.allSettled(takers);
      const won = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
      expect(won, `race ${race}`).toHaveLength(1);
      for (const end of ends) if (end.status === 'rejected') expect(end.reason, `race ${race}`).toMatchObject({ code: 'lease-held' });
      await won[0]?.release();
      expect(await left('race'), `race ${race}`).toBeNull();
    }
  }, 600_000);

  it('has one winner among those who take over one that has expired', async () => {
    const dead = await take('stale', { ttlMs: 3_000 });
    dead.abandon();
    await pastOnServer(((await left('stale'))?.updatedAt ?? Number.NaN) + 3_000);
    const ends = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => take('stale', { holder: `user${index}@host`, ttlMs: 3_000 })),
    );
    const won = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
    expect(won).toHaveLength(1);
    await won[0]?.assertHeld();
    // The one that comes back to life has lost it, and its release takes nothing from the new holder.
    await expect(dead.assertHeld()).rejects.toMatchObject({ code: 'lease-lost' });
    await dead.release();
    await won[0]?.assertHeld();
    await won[0]?.release();
  });

  it('stays with a holder that shows signs of life', async () => {
    const lease = await take('alive', { ttlMs: 3_000 });
    // Without signs of life it would have been free twice over.
    await pastOnServer(((await left('alive'))?.updatedAt ?? Number.NaN) + 6_000);
    await expect(take('alive', { holder: 'ada@laptop', ttlMs: 3_000 })).rejects.toMatchObject({ code: 'lease-held' });
    await lease.assertHeld();
    await lease.release();
  });

  it('is waited for by the same user on the same computer, whose earlier run most likely died', async () => {
    const dead = await take('again', { ttlMs: 4_000 });
    dead.abandon();
    const lease = await take('again', { ttlMs: 4_000 });
    expect(waits.at(-1)).toMatch(/an earlier deploy of yours may still run/);
    await lease.release();
    const held = await take('again', { ttlMs: 4_000 });
    await expect(take('again', { ttlMs: 4_000 })).rejects.toMatchObject({ code: 'lease-held' });
    await held.release();
  });

  it('is lost when its config was removed', async () => {
    const lease = await take('removed');
    await practice.session.docker.removeConfig(leaseName('removed'));
    await expect(lease.assertHeld()).rejects.toMatchObject({ code: 'lease-lost' });
    await lease.release();
  });
});
