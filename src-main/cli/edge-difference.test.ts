import { describe, expect, it } from 'vitest';
import type { EdgeDifference, EdgePart } from '../contract/index.ts';
import { differenceInWords } from './edge-difference.ts';

const part = (change: Partial<EdgePart> = {}): EdgePart => ({
  name: 'hosts.map',
  file: [],
  running: 'same',
  runningLines: [],
  why: null,
  ...change,
});
const said = (byHand: boolean, ...parts: EdgePart[]): string => differenceInWords('shop', { byHand, parts } satisfies EdgeDifference);

describe('what differs at an edge', () => {
  it('is nothing only where all is known', () => {
    expect(said(false, part(), part())).toMatch(/^Nothing differs/);
    const unknown = said(false, part(), part({ running: 'unknown', why: 'HAProxy did not answer.' }));
    expect(unknown).toContain('hosts.map: what HAProxy runs is unknown. HAProxy did not answer.');
    expect(unknown).toMatch(/not all is known/);
    expect(unknown).not.toMatch(/Nothing differs/);
  });

  it('is shown as a difference of files, and of what runs where that is something else', () => {
    const lines = [
      { sign: '@', text: 'frontend http' },
      { sign: '-', text: '  bind :81' },
      { sign: '+', text: '  bind :80' },
    ] as const;
    expect(said(true, part({ name: 'haproxy.cfg', file: [...lines], running: 'unknown', why: 'So it is.' }))).toBe(
      [
        'haproxy.cfg on shop was changed by hand.',
        '',
        '--- haproxy.cfg on shop',
        '+++ haproxy.cfg as Longshore would write it',
        '@@ frontend http',
        '-  bind :81',
        '+  bind :80',
        '',
        'haproxy.cfg: what HAProxy runs is unknown. So it is.',
      ].join('\n'),
    );
    const runs = said(false, part({ running: 'differs', runningLines: [{ sign: '-', text: 'a b' }] }));
    expect(runs).toBe('--- hosts.map in the HAProxy that runs on shop\n+++ hosts.map as Longshore would write it\n-a b');
  });
});
