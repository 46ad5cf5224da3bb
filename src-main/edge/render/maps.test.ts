import { describe, expect, it } from 'vitest';
import {
  holdEntries,
  holdsFrom,
  hostsFrom,
  mapCommands,
  parseMap,
  parseShownMap,
  pausesFrom,
  renderMap,
  routedHosts,
  slotEntries,
  slotsFrom,
} from './maps.ts';

describe('map files', () => {
  it('are the same bytes for the same entries, and read back', () => {
    const entries = { 'b.example.com': 'shop', 'a.example.com': 'blog' };
    expect(renderMap(entries)).toBe('a.example.com blog\nb.example.com shop\n');
    expect(parseMap(renderMap(entries))).toEqual(entries);
    expect(renderMap({})).toBe('');
  });

  it('name the hosts of routes once each, and no wildcard', () => {
    expect(routedHosts('b.test/ r1\na.test/x/ r2\nb.test/y/ r3\n*.c.test/ r4\n')).toEqual(['a.test', 'b.test']);
  });

  it('say of an app that it is held, and that it was paused, and leave out what is neither', () => {
    const text = 'shop 100\nshop.paused 200\nblog soon\nno_app 3\n.paused 4\n';
    expect(holdsFrom(text)).toEqual({ shop: 100, 'shop.paused': 200 });
    expect(pausesFrom(text)).toEqual({ shop: 200 });
    expect(renderMap(holdEntries(holdsFrom(text)))).toBe('shop 100\nshop.paused 200\n');
  });

  it('are read as HAProxy reads them', () => {
    expect(parseMap('# comment\n\n  a   one \na two\nkey-only\n')).toEqual({ a: 'one' });
    expect(parseShownMap('0x55cd39e8d540 a.example.com shop\n0x55cd39e8d541 b.example.com blog\n\n')).toEqual({
      'a.example.com': 'shop',
      'b.example.com': 'blog',
    });
  });

  it('leave out what somebody wrote there that is no host, app or slot', () => {
    expect(hostsFrom('a.example.com shop\nnot_a_host shop\nb.example.com be_shop\n')).toEqual({ 'a.example.com': 'shop' });
    expect(slotsFrom('shop be_shop_a\nblog be_shop_b\ntwo be_two_c\nthree be_three_b\n')).toEqual({ shop: 'a', three: 'b' });
    expect(slotEntries({ shop: 'a' })).toEqual({ shop: 'be_shop_a' });
  });

  it('do not mistake an entry of the object prototype for one of theirs', () => {
    expect(parseMap('constructor be_constructor_a\n')).toEqual({ constructor: 'be_constructor_a' });
    expect(mapCommands('m', {}, { constructor: 'be_constructor_a' })).toEqual(['add map m constructor be_constructor_a']);
  });
});

it('changes a running map by the fewest commands', () => {
  expect(mapCommands('m', { same: '1', other: '1', gone: '1' }, { same: '1', other: '2', fresh: '3' })).toEqual([
    'set map m other 2',
    'add map m fresh 3',
    'del map m gone',
  ]);
});
