import { expect, it } from 'vitest';
import { unlikeServers } from './serves-alike.ts';

const server = (pxname: string, status: string, check: string): Record<string, string> => ({
  pxname,
  svname: 'a1',
  status,
  check_status: check,
});
const up = (backend: string): Record<string, string> => server(backend, 'UP', 'L7OK');
const down = (backend: string): Record<string, string> => server(backend, 'DOWN', 'L4CON');
const gone = (backend: string): Record<string, string> => server(backend, 'MAINT (resolution)', '');
const unchecked = (backend: string): Record<string, string> => server(backend, 'UP', 'INI');

it.each([
  ['all that the other sees', [up('be_a'), up('be_b')], [up('be_a'), up('be_b')], null],
  ['in other places of the template', [gone('be_a'), up('be_a')], [up('be_a'), gone('be_a')], null],
  ['an app that is down there as well', [down('be_a')], [down('be_a')], null],
  ['more than the other', [up('be_a'), up('be_a')], [up('be_a'), down('be_a')], null],
  ['one server less', [up('be_a'), down('be_a')], [up('be_a'), up('be_a')], 'be_a: 1 of 2 servers are up'],
  ['one that has no address yet', [gone('be_a')], [up('be_a')], 'be_a: 0 of 1 servers are up'],
  ['one that no check has ended of', [unchecked('be_a')], [down('be_a')], 'be_a: 1 servers are not checked yet'],
  ['nobody to compare with', [up('be_a'), down('be_a')], undefined, null],
  ['nobody to compare with, before the checks', [unchecked('be_a')], undefined, 'be_a: 1 servers are not checked yet'],
] as const)('a HAProxy that sees %s', (_what, rows, others, expected) => {
  expect(unlikeServers(rows, others)).toBe(expected);
});
