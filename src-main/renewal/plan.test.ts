import { expect, it } from 'vitest';
import type { EdgeState } from '../edge/types.ts';
import { expectations, reasons } from './plan.ts';

const state: EdgeState = { image: 'sha256:1', version: '2.6.12', newest: 'sha256:1', older: false, interrupted: false, ipv6: false };

it('has nothing to do for an edge that runs the image that is there, or where none is there to compare with', () => {
  expect(reasons(state)).toEqual([]);
  expect(reasons({ ...state, newest: null })).toEqual([]);
});

it('names each reason', () => {
  expect(reasons({ ...state, newest: 'sha256:2', older: true, interrupted: true })).toHaveLength(3);
});

it('says who meets a gap all the same', () => {
  expect(expectations(state, 'behind-a-second').join(' ')).not.toMatch(/IPv6/);
  expect(expectations({ ...state, ipv6: true }, 'behind-a-second').join(' ')).toMatch(/IPv6 are refused/);
  expect(expectations(state, 'with-a-gap')[0]).toMatch(/^Nobody is served/);
});
