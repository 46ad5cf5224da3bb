/**
 * The fault matrix: every stage of a deploy, before and after, times every fault, on a real server with a real process in the place of the
 * laptop. `npm run bench -- faults` runs it; a part of it is in each run of the tests. Knows the product by its command line and what it
 * leaves on the server.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { execOn } from '../../sandbox/index.ts';
import { allCells, type Cell, cellsNamed, faultNames, idOf, moments, partOf, shuffled, stages } from './cells.ts';
import { type Ground, makeGround } from './ground.ts';
import { faultReport, type Kept } from './report.ts';
import { cellResult, runCell } from './run-cell.ts';

export interface FaultOptions {
  /** Words that name cells, separated by commas: faults, stages, `kill@before-scan`. All when not given. */
  readonly cells?: string | undefined;
  /** 1 to 10. */
  readonly tenth?: string | undefined;
  /** Another order, and other tenths. */
  readonly seed?: string | undefined;
  /** Leaves out the cells that held in the runs before. */
  readonly goOn: boolean;
  /** Puts what is known of all cells into docs/faults.md. */
  readonly write: boolean;
}

const keptFile = resolve('.cache/faults/cells.json');
const documentFile = 'docs/faults.md';
/** A server that keeps old images gets a fresh disk after so many cells. */
const cellsPerGround = 60;

const keptCells = z.array(
  z.object({
    cell: z.object({ fault: z.enum(faultNames), moment: z.enum(moments), stage: z.enum(stages) }),
    at: z.string(),
    facts: z.array(z.string()).default([]),
    result: cellResult,
  }),
);

/** Returns how many cells did not hold. */
export async function benchFaults(options: FaultOptions): Promise<number> {
  const kept = new Map<string, Kept>(options.goOn ? (await readKept()).map((one) => [idOf(one.cell), one]) : []);
  const holds = (cell: Cell): boolean => Object.keys(kept.get(idOf(cell))?.result.broken ?? { none: [] }).length === 0;
  const named = options.cells ? cellsNamed(options.cells.split(',')) : allCells;
  const seed = Number(options.seed ?? 1);
  const chosen = options.tenth ? partOf(named, Number(options.tenth), 10, seed) : options.seed ? shuffled(named, seed) : named;
  const toRun = chosen.filter((cell) => !holds(cell));
  console.log(`${toRun.length} cells to run, of ${chosen.length} chosen`);
  let facts: string[] = [];
  let ground: Ground | null = null;
  let bad = 0;
  try {
    for (const [index, cell] of toRun.entries()) {
      if (ground === null) {
        ground = await makeGround('faults', 5);
        facts = await versions(ground);
      }
      const one = await tryCell(ground, cell);
      kept.set(idOf(cell), { ...one, facts });
      await keep([...kept.values()]);
      const isBad = Object.keys(one.result.broken).length > 0;
      if (isBad) bad += 1;
      console.log(`${index + 1}/${toRun.length} ${lineOf(one)}`);
      // What one cell has broken must not break the next one.
      if (isBad || (index + 1) % cellsPerGround === 0) {
        await ground.end();
        ground = null;
      }
    }
  } finally {
    await ground?.end();
  }
  const inOrder = allCells.flatMap((cell) => kept.get(idOf(cell)) ?? []);
  if (options.write && inOrder.length > 0) {
    await writeFile(documentFile, faultReport(inOrder));
    await promisify(execFile)('npx', ['biome', 'format', '--write', documentFile]);
  }
  return bad;
}

/** One line for people. */
export function lineOf({ cell, result }: Kept): string {
  const { broken, seconds, requests, failed, awaySeconds, deploy } = result;
  const verdict = Object.entries(broken).map(([letter, words]) => `\n    (${letter}) ${words.join('\n        ')}`);
  const away = awaySeconds === null ? '' : `, away ${awaySeconds.toFixed(1)} s`;
  return `${verdict.length === 0 ? 'holds ' : 'BROKEN'} ${idOf(cell)}: ${seconds.toFixed(0)} s, ${requests} requests, ${failed} failed${away}; ${deploy}${verdict.join('')}`;
}

/** A cell that cannot even be run to its end does not hold. */
export async function tryCell(ground: Ground, cell: Cell): Promise<Kept> {
  const at = new Date().toISOString();
  const began = Date.now();
  try {
    return { cell, at, facts: [], result: await runCell(ground, cell) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const seconds = (Date.now() - began) / 1000;
    const nothing = { requests: 0, failed: 0, awaySeconds: null, deploy: 'unknown', againSeconds: 0 };
    return { cell, at, facts: [], result: { ...nothing, seconds, broken: { e: [`the cell came to no end: ${message}`] } } };
  }
}

async function versions(ground: Ground): Promise<string[]> {
  const { stdout } = await execOn(ground.name, ['docker', 'version', '--format', '{{.Server.Version}}']);
  const haproxy = await execOn(ground.name, 'docker exec $(docker ps -q -f label=com.docker.swarm.service.name=longshore-edge) haproxy -v');
  const version = /version (\S+?)[-+ ]/.exec(haproxy.stdout)?.[1] ?? 'unknown';
  return [`Docker ${stdout.trim()}`, `HAProxy ${version}`, `Node ${process.version}`, `${cpus().length} cores`];
}

async function readKept(): Promise<Kept[]> {
  const text = await readFile(keptFile, 'utf8').catch(() => '[]');
  return keptCells.parse(JSON.parse(text));
}

async function keep(all: readonly Kept[]): Promise<void> {
  await mkdir(dirname(keptFile), { recursive: true });
  await writeFile(keptFile, JSON.stringify(all, null, 1));
}
