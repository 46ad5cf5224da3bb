import { expect, it } from 'vitest';
import { faultReport, type Kept } from './report.ts';

const held: Kept = {
  cell: { fault: 'kill', moment: 'before', stage: 'build' },
  at: '2026-11-25T10:00:00.000Z',
  facts: ['Docker 20.10.24'],
  result: { broken: {}, seconds: 17.6, requests: 400, failed: 0, awaySeconds: null, deploy: 'ended with 128', againSeconds: 9 },
};
const broken: Kept = {
  ...held,
  cell: { fault: 'crash', moment: 'after', stage: 'route' },
  result: { ...held.result, broken: { d: ['the lease\nlongshore.shop.lease'], b: ['GET: status 503'] }, failed: 30, awaySeconds: 7.25 },
};

it('says what held, what did not and why, and what was not run', () => {
  const text = faultReport([held, broken]);
  expect(text).toContain('**1 of 2 cells hold all six** (the whole matrix has 198; run on 2026-11-25; Docker 20.10.24)');
  expect(text).toMatch(/\| before build \| ✓ 18 s \| – \|/);
  expect(text).toMatch(/\| after route \|.*\| \*\*✗ bd\*\* 18 s \|/);
  expect(text).toContain('- crash@after-route (d): the lease longshore.shop.lease\n');
  expect(text).toMatch(/\| crash \|[^|]*\| 0 of 1 \| 0 \| 400 \| 30 \| 7\.3 s \|/);
});
