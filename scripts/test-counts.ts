import { readFile } from 'node:fs/promises';
import { z } from 'zod';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const noCounts: Counts = { passed: 0, failed: 0, skipped: 0 };

export function addCounts(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  success: z.boolean(),
});
const playwrightSpec = z.object({
  title: z.string(),
  tests: z.array(
    z.object({ status: z.string(), annotations: z.array(z.object({ type: z.string(), description: z.string().optional() })) }),
  ),
});
interface PlaywrightSuite {
  readonly title: string;
  readonly specs?: readonly z.infer<typeof playwrightSpec>[] | undefined;
  readonly suites?: readonly PlaywrightSuite[] | undefined;
}
const playwrightSuite: z.ZodType<PlaywrightSuite> = z.object({
  title: z.string(),
  specs: z.array(playwrightSpec).optional(),
  suites: z.lazy(() => z.array(playwrightSuite).optional()),
});
const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
  suites: z.array(playwrightSuite),
});

/** Counts of a vitest JSON report. A file that failed before its first test counts as one failure. */
export async function vitestCounts(file: string): Promise<Counts> {
  const report = vitestReport.parse(JSON.parse(await readFile(file, 'utf8')));
  const failed = report.success ? report.numFailedTests : Math.max(1, report.numFailedTests);
  return { passed: report.numPassedTests, failed, skipped: report.numPendingTests + report.numTodoTests };
}

/** A spec that did not run, and why. */
export interface Skipped {
  readonly name: string;
  readonly reason: string | null;
}

export interface PlaywrightOutcome {
  readonly counts: Counts;
  readonly skipped: readonly Skipped[];
  /** Specs that passed at their second try only. */
  readonly flaky: readonly string[];
}

/** Counts of a Playwright JSON report, and which specs were skipped or flaky: its own list only marks them. */
export async function playwrightOutcome(file: string): Promise<PlaywrightOutcome> {
  const { stats, suites } = playwrightReport.parse(JSON.parse(await readFile(file, 'utf8')));
  return {
    counts: { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped },
    skipped: suites.flatMap(skippedIn),
    flaky: suites.flatMap(flakyIn),
  };
}

function flakyIn({ title, specs = [], suites = [] }: PlaywrightSuite): string[] {
  const own = specs.filter(({ tests }) => tests.some(({ status }) => status === 'flaky')).map((spec) => `${title} ${spec.title}`);
  return [...own, ...suites.flatMap(flakyIn)];
}

function skippedIn({ title, specs = [], suites = [] }: PlaywrightSuite): Skipped[] {
  const own = specs.flatMap((spec) =>
    spec.tests
      .filter(({ status }) => status === 'skipped')
      .map(({ annotations }) => ({
        name: `${title} ${spec.title}`,
        reason: annotations.find(({ type }) => type === 'skip')?.description ?? null,
      })),
  );
  return [...own, ...suites.flatMap(skippedIn)];
}
