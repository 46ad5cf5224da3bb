import { expect, it } from 'vitest';
import { countTurns } from './count-turns.ts';
import { Slices } from './slices.ts';

it('lets others have their turn whenever a slice is over, and only then', async () => {
  const inSlices = (milliseconds: number) => async (): Promise<void> => {
    const slices = new Slices(milliseconds);
    for (let step = 0; step < 50; step++) await slices.between();
  };
  expect(await countTurns(inSlices(0))).toBe(50);
  expect(await countTurns(inSlices(60_000))).toBe(0);
});
