import { describe, expect, it } from 'vitest';
import { addressOf, allocate, checkName, hardwareAddressOf } from './addresses.ts';

describe('allocate', () => {
  it('begins at .11 and goes upward', () => {
    expect(allocate({}, new Set(), 'a')).toBe(11);
    expect(allocate({ a: 11, b: 12 }, new Set(['a', 'b']), 'c')).toBe(13);
    expect(allocate({ a: 12 }, new Set(['a']), 'c')).toBe(11);
  });

  it('gives a name the address it had, also after its server is gone', () => {
    expect(allocate({ a: 11, b: 40 }, new Set(), 'b')).toBe(40);
  });

  it('takes the address of a server that is gone only when no other is left, and fails when all are in use', () => {
    const full = Object.fromEntries(Array.from({ length: 244 }, (_, index) => [`s${index}`, 11 + index]));
    const all = new Set(Object.keys(full));
    expect(allocate(full, new Set([...all].filter((name) => name !== 's5')), 'new')).toBe(16);
    expect(() => allocate(full, all, 'new')).toThrow('in use');
  });
});

describe('checkName', () => {
  it.each(['a', 'web-1', 'x'.repeat(40)])('accepts %s', (name) => {
    expect(() => checkName(name)).not.toThrow();
  });

  it.each(['', '1a', '-a', 'A', 'a b', 'a/..', 'a\n', 'é', 'x'.repeat(41)])('refuses %j', (name) => {
    expect(() => checkName(name)).toThrow('is no name for a practice server');
  });
});

it('writes addresses', () => {
  expect(addressOf(11)).toBe('198.51.100.11');
  expect(hardwareAddressOf(11)).toBe('02:00:c6:33:64:0b');
});
