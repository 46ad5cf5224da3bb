import type { Reporter, TestCase } from 'vitest/node';

/** Says which tests did not run and why: vitest's own reporter only counts them. Those left out by `-t` were not asked for. */
export class SkippedReporter implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const result = test.result();
    if (result.state !== 'skipped') return;
    if (result.note === undefined && test.project.globalConfig.testNamePattern) return;
    console.log(`skipped: ${test.fullName}${result.note === undefined ? '' : ` (${result.note})`}`);
  }
}
