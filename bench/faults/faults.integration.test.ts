import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { idOf, portion } from './cells.ts';
import { lineOf, tryCell } from './faults.ts';
import { type Ground, makeGround } from './ground.ts';

/**
 * A part of the fault matrix in every run of the tests, another one for each commit: both sides each time, and turn by turn all of it. To
 * repeat one: LONGSHORE_FAULT_TURN=N, or `npm run bench -- faults --cells …` with the name of the cell.
 */
const sizes = { laptop: 3, server: 2 };
const turn = Number(process.env['LONGSHORE_FAULT_TURN'] ?? commits());
const cells = portion(turn, sizes);

/** How many commits there are; where git cannot say, how many days. */
function commits(): number {
  try {
    return Number(execFileSync('git', ['rev-list', '--count', 'HEAD'], { encoding: 'utf8' }));
  } catch {
    return Math.floor(Date.now() / 86_400_000);
  }
}

let ground: Ground;
beforeAll(async () => {
  console.log(`The cells of turn ${turn} (LONGSHORE_FAULT_TURN=${turn} repeats them): ${cells.map(idOf).join(', ')}`);
  ground = await makeGround('faults-turn', 6);
});
afterAll(() => ground?.end());

it.each(cells.map((cell) => [idOf(cell), cell] as const))('%s', { timeout: 400_000 }, async (_, cell) => {
  const one = await tryCell(ground, cell);
  console.log(lineOf(one));
  expect(one.result.broken).toEqual({});
});
