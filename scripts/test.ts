/**
 * `npm test`: everything, in the order in which a mistake is cheapest to find. Each part runs even when one before it
 * failed; the last line is the sum. With arguments only the named parts run: `npm test -- types unit`.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MissingHere } from './missing.ts';
import { runCommand } from './run-command.ts';
import { secondTry } from './second-try.ts';
import { addCounts, type Counts, noCounts, playwrightOutcome, vitestCounts } from './test-counts.ts';
import { testDemo } from './test-demo.ts';
import { testElectron } from './test-electron.ts';
import { nodeWithZstd } from './test-node.ts';
import { bringTestTools } from './test-tools.ts';

const root = join(import.meta.dirname, '..');

/** What the end of the run has to say beside its numbers. */
const notes: string[] = [];

interface Part {
  readonly name: string;
  readonly run: (reports: string) => Promise<Counts>;
}

async function check(command: string, ...args: string[]): Promise<Counts> {
  const code = await runCommand(command, args);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

/** A run whose report is missing, or whose exit code disagrees with a clean report, counts as a failure. */
async function counted(code: number, read: () => Promise<Counts>): Promise<Counts> {
  const counts = await read().catch((error: unknown) => {
    console.error(`No report to count: ${error instanceof Error ? error.message : String(error)}`);
    return { ...noCounts, failed: 1 };
  });
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

interface VitestRun {
  readonly project: 'unit' | 'integration';
  /** Paths that the names of files begin with; all files unless said. */
  readonly files?: readonly string[];
  /** What the names of tests hold; the others are not asked for and count nowhere. */
  readonly named?: string;
  /** Another Node to run in. */
  readonly node?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Ran {
  readonly counts: Counts;
  /** The JSON report, for who wants more of it than counts. */
  readonly report: string;
}

async function vitestRun(reports: string, { project, files = [], named, node = process.execPath, env = {} }: VitestRun): Promise<Ran> {
  const report = join(reports, `vitest-${randomUUID()}.json`);
  const program = join(root, 'node_modules/vitest/vitest.mjs');
  const args = ['run', '--project', project, ...files, ...(named === undefined ? [] : ['-t', named])];
  const code = await runCommand(node, [program, ...args], { ...env, LONGSHORE_VITEST_REPORT: report });
  const counts = await counted(code, async () => {
    const all = await vitestCounts(report);
    if (named === undefined) return all;
    if (all.passed + all.failed === 0) throw new Error(`no test has "${named}" in its name`);
    return { ...all, skipped: 0 };
  });
  return { counts, report };
}

async function vitest(reports: string, run: VitestRun): Promise<Counts> {
  return (await vitestRun(reports, run)).counts;
}

/** All files of a project; those that failed are tried once more. */
async function whole(reports: string, project: VitestRun['project']): Promise<Counts> {
  const first = await vitestRun(reports, { project });
  const again = first.counts.failed === 0 ? null : await secondTry(first.report, root).catch(() => null);
  if (again === null) return first.counts;
  console.log(`\nTried again, since it failed: ${again.failed.join('; ')}`);
  const second = await vitest(reports, { project, files: again.files });
  if (second.failed === 0) notes.push(`passed at the second try only: ${again.failed.join('; ')}`);
  return addCounts(again.others, second);
}

/** What ships compresses by zstd, which the Node of the other parts may lack: the code around it runs once more in one that has it. */
async function inNodeWithZstd(reports: string): Promise<Counts> {
  await bringTestTools();
  let node: string;
  try {
    node = await nodeWithZstd();
  } catch (error) {
    if (!(error instanceof MissingHere)) throw error;
    console.log(`skipped: the compression that ships (${error.message})`);
    return { ...noCounts, skipped: 1 };
  }
  const unit = await vitest(reports, {
    project: 'unit',
    files: ['src-main/uploads', 'src-main/archive/pack'],
    node,
    // The whole number of random trees was packed in the part "unit".
    env: { LONGSHORE_FUZZ_TREES: '500' },
  });
  const real = await vitest(reports, { project: 'integration', files: ['src-main/uploads'], named: 'zstd', node });
  return addCounts(unit, real);
}

/** The first boot makes the images, which takes minutes: it happens here, with its progress shown, and not inside a test's deadline. */
async function bootPracticeServer(): Promise<Counts> {
  const name = 'first';
  const up = await check('npm', 'run', '--silent', 'sandbox', '--', 'up', name, '--docker', '--fresh');
  const down = await check('npm', 'run', '--silent', 'sandbox', '--', 'down', name);
  return addCounts(up, down);
}

async function endToEnd(reports: string): Promise<Counts> {
  const electron = await testElectron();
  const file = join(reports, 'e2e.json');
  const code = await runCommand('xvfb-run', ['-a', '-s', '-screen 0 1440x900x24', 'npx', 'playwright', 'test', '--reporter=list,json'], {
    LONGSHORE_TEST_ELECTRON: electron,
    PLAYWRIGHT_JSON_OUTPUT_FILE: file,
  });
  return counted(code, async () => {
    const { counts, skipped, flaky } = await playwrightOutcome(file);
    for (const name of flaky) notes.push(`passed at the second try only: ${name}`);
    for (const { name, reason } of skipped) console.log(`skipped: ${name}${reason ? ` (${reason})` : ''}`);
    return counts;
  });
}

const parts: readonly Part[] = [
  {
    name: 'types',
    run: async () => addCounts(await check('npx', 'tsc', '-p', 'tsconfig.node.json'), await check('npx', 'tsc', '-p', 'tsconfig.web.json')),
  },
  { name: 'style', run: () => check('npx', 'biome', 'check', '.') },
  { name: 'imports', run: () => check('npx', 'depcruise', '--config', '.dependency-cruiser.cjs', 'src-main', 'src-renderer') },
  { name: 'unused', run: () => check('npx', 'knip') },
  {
    name: 'unit',
    run: async (reports) => {
      await bringTestTools();
      return whole(reports, 'unit');
    },
  },
  { name: 'build', run: () => check('npm', 'run', '--silent', 'build') },
  { name: 'practice', run: bootPracticeServer },
  { name: 'integration', run: (reports) => whole(reports, 'integration') },
  { name: 'node22', run: inNodeWithZstd },
  { name: 'e2e', run: endToEnd },
  { name: 'demo', run: testDemo },
];

async function main(): Promise<number> {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !parts.some((part) => part.name === name));
  if (unknown.length > 0) {
    console.error(`No such part: ${unknown.join(', ')}. There are ${parts.map((part) => part.name).join(', ')}.`);
    return 2;
  }
  const reports = await mkdtemp(join(tmpdir(), 'longshore-test-'));
  const summary: string[] = [];
  let total = noCounts;
  try {
    for (const part of parts.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
      console.log(`\n== ${part.name}`);
      const began = Date.now();
      const counts = await part.run(reports).catch((error: unknown) => {
        console.error(error instanceof Error ? error.message : error);
        return { ...noCounts, failed: 1 };
      });
      total = addCounts(total, counts);
      const seconds = Math.round((Date.now() - began) / 1000);
      summary.push(`${part.name.padEnd(12)} ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped  (${seconds} s)`);
    }
  } finally {
    await rm(reports, { recursive: true, force: true });
  }
  console.log(`\n${[...summary, ...notes].join('\n')}\n\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed === 0 ? 0 : 1;
}

process.exitCode = await main();
