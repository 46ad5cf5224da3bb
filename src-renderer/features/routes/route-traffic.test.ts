import { describe, expect, it } from 'vitest';
import type { RouteTraffic } from '../../../src-main/contract/index.ts';
import { trafficCells } from './route-traffic.ts';

const counted = (change: Partial<RouteTraffic> = {}): RouteTraffic => ({
  id: 'r1',
  perSecond: 1.2,
  requests: 12,
  refused: 0,
  failed: 0,
  answerMs: 8,
  ofApp: false,
  ...change,
});
const texts = (traffic: RouteTraffic | undefined): string[] => {
  const { rate, failed, time } = trafficCells(traffic);
  return [rate.text, failed.text, time.text];
};

describe('the traffic of a route', () => {
  it('is a rate, a share that failed, and a time', () => {
    expect(texts(counted())).toEqual(['1.2', '0 %', '8 ms']);
    expect(texts(counted({ failed: 3 }))).toEqual(['1.2', '25 %', '8 ms']);
    expect(trafficCells(counted({ failed: 3 })).failed).toMatchObject({ alarming: true, title: expect.stringMatching(/^3 of 12 /) });
  });

  it('never rounds a failure away', () => {
    expect(trafficCells(counted({ requests: 10_000, failed: 1 })).failed.text).toBe('1 %');
  });

  it('is a dash with its reason where it is not known, and no zero', () => {
    expect(texts(undefined)).toEqual(['–', '–', '–']);
    expect(trafficCells(undefined).rate.title).toMatch(/^Not known/);
    expect(texts(counted({ perSecond: 0, requests: 0, answerMs: null }))).toEqual(['0', '–', '–']);
    expect(trafficCells(counted({ answerMs: null })).time.title).toMatch(/^Not known/);
  });

  it('says whose time it is, and what the rules refused', () => {
    expect(trafficCells(counted({ ofApp: true })).time.title).toMatch(/to the app, by whatever name/);
    expect(trafficCells(counted({ refused: 4 })).failed.title).toMatch(/4 answered with 400 to 499/);
  });
});
