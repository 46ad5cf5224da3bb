import { expect, it } from 'vitest';
import { isNamedProcessAlive, processName, processStart } from './process-identity.ts';

it('knows a living process by its name', () => {
  expect(isNamedProcessAlive(processName())).toBe(true);
});

it.each(['', 'x', '-1 ', '0 ', `${2 ** 22 + 1} x`])('takes %j for gone', (name) => {
  expect(isNamedProcessAlive(name)).toBe(false);
});

it.runIf(processStart(process.pid) !== null)('is not misled by a number that was given to another process since (needs /proc)', () => {
  expect(isNamedProcessAlive(`${process.pid} earlier-boot/1`)).toBe(false);
});
