import { describe, expect, it } from 'vitest';
import { parseRun, parseState } from './renewer-state.ts';

describe('what a renewing service says', () => {
  it('is which certificates it renews, and what came of it last', () => {
    expect(parseState('_.example.com.conf\nREADME\nshop.example.com.conf\n\n1700000000\n1\nno network\n\nat all\n')).toEqual({
      certificates: ['_.example.com', 'shop.example.com'],
      lastRun: { at: 1_700_000_000_000, code: 1, said: 'no network\n\nat all' },
    });
  });

  it('may be nothing yet', () => {
    expect(parseState('\n')).toEqual({ certificates: [], lastRun: null });
    expect(parseState('')).toEqual({ certificates: [], lastRun: null });
    expect(parseState('a.example.com.conf\n\n')).toEqual({ certificates: ['a.example.com'], lastRun: null });
    expect(parseRun('1700000000\n')).toBeNull();
  });
});
