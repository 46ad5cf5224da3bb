import { readFile } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import { z } from 'zod';
import { addCounts, type Counts, noCounts } from './test-counts.ts';

/**
 * Tests share two cores with each other, a practice server, Docker and HAProxy, and one of two thousand now and then meets a moment in which
 * nothing moves. So a file that failed is run once more, from its first line and with a fresh server, and is said to have needed it: a file
 * that is named again and again has found something. Never for files that count lost requests or try what was drawn at random: there one
 * failure is the finding.
 */
const neverAgain = [/fuzz|property/, /^src-main\/deploy\/rollout\.integration/, /^src-main\/edge\/reload\.integration/, /^bench\/faults\//];

/** With more files than this something is broken, and a second run only costs time. */
const mostFiles = 4;

const report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.enum(['passed', 'failed']),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
});

/** What a second run is to do: its files, relative to `root`, and what the first run counted without them. */
export interface SecondTry {
  readonly files: readonly string[];
  readonly failed: readonly string[];
  readonly others: Counts;
}

/** Reads a vitest JSON report. Returns null where nothing failed, or what failed is not to be tried again. */
export async function secondTry(file: string, root: string): Promise<SecondTry | null> {
  return secondTryOf(JSON.parse(await readFile(file, 'utf8')), root);
}

export function secondTryOf(json: unknown, root: string): SecondTry | null {
  const { testResults } = report.parse(json);
  const broken = testResults.filter(({ status }) => status === 'failed');
  const files = broken.map(({ name }) => (isAbsolute(name) ? relative(root, name) : name).split(sep).join('/'));
  if (files.length === 0 || files.length > mostFiles || files.some((path) => neverAgain.some((one) => one.test(path)))) return null;
  const failed = broken.flatMap(({ name, assertionResults }) => {
    const names = assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
    return names.length > 0 ? names : [`${name} as a whole`];
  });
  const others = testResults
    .filter(({ status }) => status === 'passed')
    .flatMap(({ assertionResults }) => assertionResults)
    .reduce((sum, { status }) => addCounts(sum, countOf(status)), noCounts);
  return { files, failed, others };
}

function countOf(status: string): Counts {
  if (status === 'passed') return { ...noCounts, passed: 1 };
  return status === 'failed' ? { ...noCounts, failed: 1 } : { ...noCounts, skipped: 1 };
}
