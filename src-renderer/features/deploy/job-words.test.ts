import { describe, expect, it } from 'vitest';
import type { ServerSummary, Stage } from '../../../src-main/contract/index.ts';
import { jobHeadline, servingMeanwhile, stageShare, stageTimeMs } from './job-words.ts';

const stage = (change: Partial<Stage>): Stage => ({
  id: 'build',
  title: 'Build',
  state: 'waiting',
  detail: '',
  progress: null,
  startedAt: null,
  durationMs: null,
  ...change,
});

describe('job words', () => {
  it('says what a job does, did, or failed to do', () => {
    const result = { app: 'a', release: 13, host: 'h', url: 'u', probe: null };
    expect(jobHeadline({ kind: 'deploy', state: 'running', result: null }).word).toBe('Deploying');
    expect(jobHeadline({ kind: 'deploy', state: 'succeeded', result }).word).toBe('Deployed r13');
    expect(jobHeadline({ kind: 'configure', state: 'succeeded', result }).word).toBe('Settings changed, r13');
    expect(jobHeadline({ kind: 'rollback', state: 'succeeded', result: null }).word).toBe('Rolled back');
    expect(jobHeadline({ kind: 'rollback', state: 'failed', result: null })).toEqual({ word: 'Roll back failed', status: 'failed' });
    expect(jobHeadline({ kind: 'setup', state: 'succeeded', result: null }).word).toBe('Set up');
  });

  it('says what serves meanwhile', () => {
    const app = { name: 'blog', state: 'live' as const, release: 12, replicas: { healthy: 1, wanted: 1 }, hosts: [] };
    const server = { apps: [app] } as unknown as ServerSummary;
    expect(servingMeanwhile({ kind: 'deploy', app: 'blog' }, server)).toContain('r12');
    expect(servingMeanwhile({ kind: 'deploy', app: 'new' }, server)).toContain('first release');
    expect(servingMeanwhile({ kind: 'setup', app: null }, server)).toBeNull();
  });
});

describe('stages', () => {
  it('times what runs and what ran', () => {
    expect(stageTimeMs(stage({ state: 'running', startedAt: 1000 }), 3000)).toBe(2000);
    expect(stageTimeMs(stage({ state: 'done', startedAt: 1000, durationMs: 5 }), 3000)).toBe(5);
    expect(stageTimeMs(stage({}), 3000)).toBeNull();
    expect(stageTimeMs(stage({ state: 'running', startedAt: 5000 }), 3000)).toBe(0);
  });

  it('knows its share only with a total', () => {
    expect(stageShare(stage({ progress: { done: 3, total: 4, unit: 'steps' } }))).toBe(0.75);
    expect(stageShare(stage({ progress: { done: 3, total: null, unit: 'bytes' } }))).toBeNull();
    expect(stageShare(stage({ progress: { done: 9, total: 4, unit: 'bytes' } }))).toBe(1);
  });
});
