import { describe, expect, it } from 'vitest';
import type { AppSummary, ConnectionState, JobSummary, ServerSummary } from '../../../src-main/contract/index.ts';
import { jobOf, stageOf } from '../jobs/job.fixture.ts';
import { appSaid, isFresh, notWell, serverSaid, shortSystem, sshAddress, stageWord } from './server-words.ts';

const now = 1_000_000;
const connected: ConnectionState = { phase: 'connected', since: now - 60_000, latencyMs: 17.8 };
const lost = { code: 'ssh-lost' as const, message: 'lost' };

const server = (connection: ConnectionState, part: Partial<ServerSummary> = {}): ServerSummary => ({
  profile: { id: 's1', name: 'h', host: 'h.lan', port: 22, user: 'root', authentication: { kind: 'agent' }, hostKey: null, addedAt: 0 },
  connection,
  setup: 'ready',
  facts: null,
  apps: [],
  readAt: now - 1000,
  ...part,
});
const app = (part: Partial<AppSummary> = {}): AppSummary => ({
  name: 'shop',
  state: 'live',
  release: 1,
  replicas: { healthy: 3, wanted: 3 },
  hosts: [],
  https: [],
  ...part,
});
const building = [stageOf('scan', { state: 'done' }), stageOf('build', { state: 'running' })];
const job = (change: Partial<JobSummary> = {}): JobSummary => jobOf({ stages: building, ...change });

describe('serverSaid', () => {
  it('says latency, count-down and need', () => {
    expect(serverSaid(server(connected), now)).toEqual({ status: 'live', short: '18 ms', words: 'Connected, 18 ms' });
    expect(serverSaid(server({ phase: 'waiting', retryAt: now + 2500, attempt: 2, reason: lost }), now)).toEqual({
      status: 'waiting',
      short: 'retry in 3 s',
      words: 'Connection lost, retry in 3 s',
    });
    const refused = { code: 'ssh-refused' as const, message: 'refused' };
    expect(serverSaid(server({ phase: 'waiting', retryAt: now, attempt: 1, reason: refused }), now).words).toBe('Not reachable, retrying');
    expect(serverSaid(server({ phase: 'needs-you', need: { kind: 'password' }, reason: lost }), now)).toMatchObject({
      status: 'waiting',
      short: 'needs you',
    });
  });

  it('marks a changed host key as failed, not as a question', () => {
    const key = { type: 'ssh-ed25519', fingerprint: 'SHA256:x' };
    const need = { kind: 'host-key-changed' as const, pinned: key, offered: key };
    expect(serverSaid(server({ phase: 'needs-you', need, reason: lost }), now).status).toBe('failed');
  });

  it('says that set-up is missing or under way', () => {
    expect(serverSaid(server(connected, { setup: 'needed' }), now).short).toBe('needs set-up');
    expect(serverSaid(server(connected, { setup: 'needed' }), now, job({ kind: 'setup' })).short).toBe('setting up');
  });
});

describe('appSaid', () => {
  it('says how an app fares', () => {
    expect(appSaid(server(connected), app(), undefined, now)).toEqual({ status: 'live', short: '', words: 'Live, 3 of 3 replicas' });
    const degraded = app({ state: 'degraded', replicas: { healthy: 1, wanted: 3 } });
    expect(appSaid(server(connected), degraded, undefined, now)).toMatchObject({ status: 'degraded', short: '1 of 3' });
    expect(appSaid(server(connected), app({ state: 'down' }), undefined, now).status).toBe('failed');
  });

  it('never calls live what was read before the connection that is open now', () => {
    const stale = server(connected, { readAt: now - 120_000 });
    expect(isFresh(stale)).toBe(false);
    expect(appSaid(stale, app(), undefined, now)).toEqual({ status: 'stale', short: 'seen 2 min ago', words: 'Unknown, seen 2 min ago' });
    expect(appSaid(server({ phase: 'idle' }), app(), undefined, now).status).toBe('stale');
    expect(appSaid(server({ phase: 'idle' }, { readAt: null }), app(), undefined, now).short).toBe('not seen yet');
  });

  it('says first what is being done to it', () => {
    expect(appSaid(server(connected), app(), job(), now)).toEqual({ status: 'working', short: 'building', words: 'Building' });
    expect(stageWord(job({ state: 'cancelling' }))).toBe('cancelling');
    expect(stageWord(job({ kind: 'rollback', stages: [] }))).toBe('rolling back');
  });
});

it('counts what is not well, worst first', () => {
  expect(notWell(['live', 'working', 'stale'])).toBe('');
  expect(notWell(['degraded', 'failed', 'degraded', 'live'])).toBe('1 down, 2 degraded');
});

it('writes the address as one would type it', () => {
  expect(sshAddress(server(connected))).toBe('root@h.lan');
  const other = server(connected);
  expect(sshAddress({ profile: { ...other.profile, host: '2001:db8::7', port: 2222 } })).toBe('root@[2001:db8::7]:2222');
});

it('says a system in as few words as its users do', () => {
  expect(shortSystem('Debian GNU/Linux 12 (bookworm)')).toBe('Debian 12');
  expect(shortSystem('Ubuntu 24.04.1 LTS')).toBe('Ubuntu 24.04.1 LTS');
  expect(shortSystem('')).toBe('');
});
