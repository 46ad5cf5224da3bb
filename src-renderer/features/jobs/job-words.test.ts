import { describe, expect, it } from 'vitest';
import type { Stage } from '../../../src-main/contract/index.ts';
import { jobOf as job, stageOf } from './job.fixture.ts';
import { jobShare, jobWords, stageShare, stageTimeMs } from './job-words.ts';

const stage = (state: Stage['state'], change: Partial<Stage> = {}): Stage => stageOf('build', { title: 'Build', state, ...change });

describe('jobWords', () => {
  it('says where a job is', () => {
    expect(jobWords(job({}))).toBe('Starting');
    expect(jobWords(job({ stages: [stage('done'), stage('running', { detail: 'step 6 of 9' })] }))).toBe('Build, step 6 of 9');
  });

  it('says how it ended', () => {
    const result = { app: 'shop', release: 48, host: 'h', url: 'http://h', probe: { requests: 18204, failed: 0, slowestMs: 1 } };
    expect(jobWords(job({ state: 'succeeded', endedAt: 21_000, result }))).toBe('r48 live in 21 s, 18,204 requests, 0 failed');
    expect(jobWords(job({ state: 'succeeded', endedAt: 900 }))).toBe('Done in 0.90 s');
    expect(jobWords(job({ state: 'failed', error: { code: 'build-failed', message: 'The build failed' } }))).toBe('The build failed');
  });
});

describe('jobShare', () => {
  it('is not known before there are stages', () => {
    expect(jobShare(job({}))).toBeNull();
  });

  it('counts ended stages whole and the running one by its own progress', () => {
    const running = stage('running', { progress: { done: 5, total: 10, unit: 'steps' } });
    expect(jobShare(job({ stages: [stage('done'), stage('already'), running, stage('waiting')] }))).toBeCloseTo(2.5 / 4);
    expect(jobShare(job({ stages: [stage('running', { progress: { done: 20, total: 10, unit: 'bytes' } })] }))).toBe(1);
  });
});

describe('stages', () => {
  it('times what runs and what ran', () => {
    expect(stageTimeMs(stage('running', { startedAt: 1000 }), 3000)).toBe(2000);
    expect(stageTimeMs(stage('done', { startedAt: 1000, durationMs: 5 }), 3000)).toBe(5);
    expect(stageTimeMs(stage('waiting'), 3000)).toBeNull();
    expect(stageTimeMs(stage('running', { startedAt: 5000 }), 3000)).toBe(0);
  });

  it('knows its share only with a total', () => {
    expect(stageShare(stage('waiting', { progress: { done: 3, total: 4, unit: 'steps' } }))).toBe(0.75);
    expect(stageShare(stage('waiting', { progress: { done: 3, total: null, unit: 'bytes' } }))).toBeNull();
    expect(stageShare(stage('waiting', { progress: { done: 9, total: 4, unit: 'bytes' } }))).toBe(1);
  });
});
