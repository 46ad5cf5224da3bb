import { describe, expect, it } from 'vitest';
import { type JobSummary, type Stage, setupSteps } from '../../../src-main/contract/index.ts';
import { jobOf, stageOf } from '../jobs/job.fixture.ts';
import { needsSudo, setupStages, setupWords } from './setup-steps.ts';

const stage = (id: string, state: Stage['state']): Stage => stageOf(id, { state });
const begun = [stage('reach', 'already'), stage('privileges', 'running'), stage('system', 'waiting')];
const job = (change: Partial<JobSummary>): JobSummary => jobOf({ kind: 'setup', title: 'Set up h', app: null, stages: begun, ...change });

describe('the checklist', () => {
  it('shows every step before the first run, in the contract’s order', () => {
    expect(setupStages(undefined).map(({ id }) => id)).toEqual([...setupSteps]);
    expect(setupStages(job({ stages: [] }))).toHaveLength(setupSteps.length);
    expect(setupStages(job({}))).toHaveLength(3);
  });

  it('says how it stands', () => {
    expect(setupWords(undefined, 'needed')).toBe('Not set up yet');
    expect(setupWords(job({}), 'needed')).toBe('1 of 3 steps done');
    expect(setupWords(job({ state: 'succeeded', stages: [stage('reach', 'already')] }), 'ready')).toBe('Nothing was left to do');
    expect(setupWords(job({ state: 'succeeded', stages: [stage('docker', 'done')] }), 'ready')).toBe('Ready for apps');
    expect(setupWords(job({ state: 'failed' }), 'needed')).toBe('Stopped after 1 of 3 steps');
  });

  it('asks for the password of sudo when the set-up stopped for want of it, and only then', () => {
    const failed = [stage('reach', 'done'), stage('privileges', 'failed')];
    const error = (code: 'password-needed' | 'authentication-failed' | 'ports-taken') => ({ code, message: 'm' });
    expect(needsSudo(job({ state: 'failed', stages: failed, error: error('password-needed') }))).toBe(true);
    expect(needsSudo(job({ state: 'failed', stages: failed, error: error('authentication-failed') }))).toBe(true);
    expect(needsSudo(job({ state: 'failed', stages: [stage('reach', 'failed')], error: error('authentication-failed') }))).toBe(false);
    expect(needsSudo(job({ state: 'failed', stages: failed, error: error('ports-taken') }))).toBe(false);
    expect(needsSudo(job({ state: 'running' }))).toBe(false);
    expect(needsSudo(undefined)).toBe(false);
  });
});
