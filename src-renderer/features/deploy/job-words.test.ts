import { describe, expect, it } from 'vitest';
import type { ServerSummary } from '../../../src-main/contract/index.ts';
import { jobHeadline, servingMeanwhile } from './job-words.ts';

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
    const app = { name: 'blog', state: 'live' as const, release: 12, replicas: { healthy: 1, wanted: 1 }, hosts: [], https: [] };
    const server = { apps: [app] } as unknown as ServerSummary;
    expect(servingMeanwhile({ kind: 'deploy', app: 'blog' }, server)).toContain('r12');
    expect(servingMeanwhile({ kind: 'deploy', app: 'new' }, server)).toContain('first release');
    expect(servingMeanwhile({ kind: 'setup', app: null }, server)).toBeNull();
  });
});
