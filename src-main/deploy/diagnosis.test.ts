import { describe, expect, it } from 'vitest';
import { settingsOf, taskOf } from '../apps/test-data.ts';
import { type Explained, explain, type Finding, findCause, isFinal, notPoorerThan, type StartSight } from './diagnosis.ts';

const settings = settingsOf({ replicas: 2, healthySeconds: 30 });
const sight = (change: Partial<StartSight>): StartSight => ({
  settings,
  tasks: [taskOf({ slot: 1 }), taskOf({ slot: 2 })],
  servers: { present: 2, healthy: 0, unchecked: 0, lastFailure: null },
  listeners: null,
  lastCheck: null,
  ...change,
});
const failed = (slot: number, createdAt: number, exitCode: number | null = 1) =>
  taskOf({ slot, createdAt, state: 'failed', desiredState: 'shutdown', exitCode });

describe('why a release is not healthy', () => {
  it('is nothing when all replicas are', () => {
    expect(findCause(sight({ servers: { present: 2, healthy: 2, unchecked: 0, lastFailure: null } }))).toBeNull();
  });

  it('is the replica that crashed most, with its last exit code', () => {
    const tasks = [failed(1, 1, 2), failed(2, 1, 5), failed(2, 2, 6), taskOf({ slot: 2, createdAt: 3 })];
    expect(findCause(sight({ tasks }))).toMatchObject({ cause: 'crashed', times: 2, exitCode: 6 });
  });

  it('is an end with code 0 as well', () => {
    expect(findCause(sight({ tasks: [taskOf({ state: 'complete', desiredState: 'shutdown', exitCode: 0 })] }))).toMatchObject({
      cause: 'crashed',
      exitCode: 0,
    });
  });

  it('is what Docker or Swarm refuses', () => {
    const rejected = taskOf({ state: 'rejected', error: 'invalid mount', containerId: null });
    expect(findCause(sight({ tasks: [rejected] }))).toEqual({ cause: 'rejected', times: 1, words: 'invalid mount' });
    const pending = taskOf({ state: 'pending', error: 'no suitable node', containerId: null });
    expect(findCause(sight({ tasks: [pending] }))).toEqual({ cause: 'unplaced', words: 'no suitable node' });
    expect(findCause(sight({ tasks: [] }))).toEqual({ cause: 'starting' });
  });

  it.each<[Finding['cause'], StartSight['listeners'], readonly number[]]>([
    ['loopback-only', [{ port: 3000, loopback: true }], [3000]],
    ['loopback-only', [{ port: 8080, loopback: true }], [8080]],
    [
      'other-port',
      [
        { port: 8080, loopback: false },
        { port: 9229, loopback: true },
      ],
      [8080],
    ],
  ])('is %s of %j', (cause, listeners, ports) => expect(findCause(sight({ listeners }))).toEqual({ cause, ports }));

  it('is how the health command ended, of a replica that waits for it', () => {
    const tasks = [taskOf({ slot: 1, state: 'starting' })];
    expect(findCause(sight({ tasks, lastCheck: { exitCode: 2, output: 'no\n' } }))).toEqual({
      cause: 'command',
      exitCode: 2,
      output: 'no\n',
    });
    expect(findCause(sight({ tasks, lastCheck: { exitCode: 0, output: '' } }))).toEqual({ cause: 'starting' });
    expect(findCause(sight({ tasks }))).toEqual({ cause: 'starting' });
  });

  it('is that nothing listens', () => expect(findCause(sight({ listeners: [] }))).toEqual({ cause: 'no-port' }));

  it('is the status of the health path, when the port is open', () => {
    const servers = { present: 2, healthy: 0, unchecked: 0, lastFailure: 'L7STS 503' };
    expect(findCause(sight({ servers, listeners: [{ port: 3000, loopback: false }] }))).toEqual({ cause: 'status', status: 503 });
  });

  it('stays that status while a check that is under way shows none', () => {
    const status: Finding = { cause: 'status', status: 503 };
    const under: Finding = { cause: 'check', words: 'L7STS: Layer7 wrong status' };
    const refused: Finding = { cause: 'check', words: 'L4CON: Connection refused' };
    expect(notPoorerThan(status, under)).toBe(status);
    expect(notPoorerThan(status, refused)).toBe(refused);
    expect(notPoorerThan(null, under)).toBe(under);
    expect(notPoorerThan(status, null)).toBeNull();
  });

  it('does not look at the ports of one replica when another is healthy', () => {
    const servers = { present: 2, healthy: 1, unchecked: 0, lastFailure: 'L4CON: Connection refused' };
    expect(findCause(sight({ servers, listeners: [] }))).toEqual({ cause: 'check', words: 'L4CON: Connection refused' });
  });
});

describe('a verdict', () => {
  it.each<[boolean, Finding, number]>([
    [false, { cause: 'crashed', times: 2, exitCode: 1, task: taskOf({}) }, 60_000],
    [true, { cause: 'crashed', times: 3, exitCode: 1, task: taskOf({}) }, 0],
    [false, { cause: 'loopback-only', ports: [3000] }, 4_000],
    [true, { cause: 'loopback-only', ports: [3000] }, 5_000],
    [false, { cause: 'other-port', ports: [9229] }, 10_000],
    [true, { cause: 'rejected', times: 2, words: '' }, 0],
    [false, { cause: 'status', status: 503 }, 600_000],
    [false, { cause: 'no-port' }, 600_000],
  ])('is %s for %j after %i ms', (final, finding, heldMs) => expect(isFinal(finding, heldMs)).toBe(final));
});

describe('an explanation', () => {
  const about: Explained = {
    name: 'shop r4 on harbor',
    settings,
    meanwhile: 'Release 3 still serves.',
    lastLines: 'boom',
    outOfMemory: false,
  };

  it('says what broke, where, what to do, what serves meanwhile, and what the app said', () => {
    const error = explain({ cause: 'crashed', times: 3, exitCode: 1, task: taskOf({}) }, about);
    expect(error).toMatchObject({ code: 'app-crashed', message: 'shop r4 on harbor ended at start, 3 times: exit code 1', detail: 'boom' });
    expect(error.next).toMatch(/Release 3 still serves\.$/);
  });

  it('tells a want of memory from a crash', () => {
    const error = explain({ cause: 'crashed', times: 3, exitCode: 137, task: taskOf({}) }, { ...about, outOfMemory: true });
    expect(error.message).toContain('ran out of memory');
  });

  it('names the port that would have been right', () => {
    const error = explain({ cause: 'other-port', ports: [8080] }, { ...about, meanwhile: '', lastLines: '' });
    expect(error).toMatchObject({ message: 'shop r4 on harbor listens on port 8080, not on 3000', detail: undefined });
    expect(error.next).toContain('port to 8080');
  });
});
