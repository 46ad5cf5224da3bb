import { expect, it } from 'vitest';
import type { JobLogLine } from '../contract/index.ts';
import { JobLog } from './job-log.ts';

function line(text: string): JobLogLine {
  return { at: 1, stage: 'build', stream: 'stdout', text };
}

async function texts(log: JobLog): Promise<string[]> {
  const all: string[] = [];
  for await (const batch of log.read(new AbortController().signal)) all.push(...batch.map((each) => each.text));
  return all;
}

it('lets the oldest lines go past its bound and says how many', async () => {
  const log = new JobLog({ lines: 100, characters: 1_000_000 });
  for (let i = 0; i < 250; i += 1) log.append(line(`line ${i}`));
  log.end();
  const all = await texts(log);
  const kept = all.slice(1);
  expect(all[0]).toBe(`${250 - kept.length} earlier lines are no longer kept`);
  expect(kept.length).toBeGreaterThan(85);
  expect(kept.length).toBeLessThanOrEqual(100);
  expect(kept.at(-1)).toBe('line 249');
});

it('is bounded by characters as well', async () => {
  const log = new JobLog({ lines: 1_000, characters: 1_000 });
  for (let i = 0; i < 40; i += 1) log.append(line('x'.repeat(100)));
  log.end();
  const all = await texts(log);
  expect(all.length).toBeLessThanOrEqual(11);
});

it('tells a slow reader what it missed, once', async () => {
  const log = new JobLog({ lines: 10, characters: 1_000_000 });
  log.append(line('first'));
  const reading = log.read(new AbortController().signal);
  expect((await reading.next()).value).toEqual([line('first')]);
  for (let i = 0; i < 30; i += 1) log.append(line(`${i}`));
  log.end();
  const rest: string[] = [];
  for await (const batch of reading) rest.push(...batch.map((each) => each.text));
  expect(rest[0]).toMatch(/^2\d earlier lines are no longer kept$/);
  expect(rest.filter((text) => text.includes('no longer kept'))).toHaveLength(1);
  expect(rest.at(-1)).toBe('29');
});
