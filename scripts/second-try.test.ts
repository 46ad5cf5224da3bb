import { describe, expect, it } from 'vitest';
import { secondTryOf } from './second-try.ts';

const root = '/checkout';

function file(path: string, ...tests: readonly ('passed' | 'failed' | 'skipped')[]) {
  return {
    name: `${root}/${path}`,
    status: tests.includes('failed') || tests.length === 0 ? 'failed' : 'passed',
    assertionResults: tests.map((status, index) => ({ status, fullName: `${path} ${index}` })),
  };
}

describe('a second try', () => {
  it('runs the files that failed and keeps what the others counted', () => {
    const testResults = [file('a.integration.test.ts', 'passed', 'skipped'), file('b.integration.test.ts', 'passed', 'failed')];
    expect(secondTryOf({ testResults }, root)).toEqual({
      files: ['b.integration.test.ts'],
      failed: ['b.integration.test.ts 1'],
      others: { passed: 1, failed: 0, skipped: 1 },
    });
  });

  it('runs a file that broke before its first test', () => {
    expect(secondTryOf({ testResults: [file('a.integration.test.ts')] }, root)?.files).toEqual(['a.integration.test.ts']);
  });

  it('is not made where nothing failed', () => {
    expect(secondTryOf({ testResults: [file('a.integration.test.ts', 'passed')] }, root)).toBeNull();
  });

  it('is not made where lost requests are counted', () => {
    const counting = file('src-main/deploy/rollout.integration.test.ts', 'failed');
    expect(secondTryOf({ testResults: [counting, file('a.integration.test.ts', 'failed')] }, root)).toBeNull();
  });

  it('is not made where much is broken', () => {
    const testResults = ['a', 'b', 'c', 'd', 'e'].map((name) => file(`${name}.integration.test.ts`, 'failed'));
    expect(secondTryOf({ testResults }, root)).toBeNull();
  });
});
