import { describe, expect, it } from 'vitest';
import { parseSshAddress, proposedName } from './ssh-address.ts';

describe('parseSshAddress', () => {
  it.each([
    ['root@203.0.113.7', { user: 'root', host: '203.0.113.7', port: null }],
    ['ssh://deploy@harbor.example.com:2222', { user: 'deploy', host: 'harbor.example.com', port: 2222 }],
    ['ssh://harbor.example.com/', { user: null, host: 'harbor.example.com', port: null }],
    ['  harbor-1  ', { user: null, host: 'harbor-1', port: null }],
    ['deploy@harbor:22', { user: 'deploy', host: 'harbor', port: 22 }],
    ['ssh -p 2222 root@harbor', { user: 'root', host: 'harbor', port: 2222 }],
    ['ssh root@harbor -p2222', { user: 'root', host: 'harbor', port: 2222 }],
    ['root@[2001:db8::7]:2222', { user: 'root', host: '2001:db8::7', port: 2222 }],
    ['root@2001:db8::7', { user: 'root', host: '2001:db8::7', port: null }],
    ['user@domain@harbor', { user: 'user@domain', host: 'harbor', port: null }],
  ])('reads %s', (text, address) => {
    expect(parseSshAddress(text)).toEqual({ ok: true, address });
  });

  it.each([
    ['', 'Enter the address'],
    ['root:secret@harbor', 'password'],
    ['@harbor', 'user name'],
    ['root@', 'missing'],
    ['root@har bor', 'not a host name'],
    ['root@harbor:0', 'between 1 and 65535'],
    ['root@harbor:65536', 'between 1 and 65535'],
    ['root@harbor:ssh', 'between 1 and 65535'],
    ['root@-oProxyCommand=touch', 'not a host name'],
    ['root@harbor;reboot', 'not a host name'],
  ])('refuses %s', (text, part) => {
    const parsed = parseSshAddress(text);
    expect(parsed.ok ? '' : parsed.message).toContain(part);
  });
});

describe('proposedName', () => {
  it('takes the first part of a host name', () => {
    expect(proposedName('harbor.example.com', [])).toBe('harbor');
    expect(proposedName('harbor.example.com', ['Harbor'])).toBe('harbor-2');
  });

  it('numbers addresses', () => {
    expect(proposedName('203.0.113.7', [])).toBe('server-1');
    expect(proposedName('2001:db8::7', ['server-1', 'server-2'])).toBe('server-3');
    expect(proposedName('', [])).toBe('server-1');
  });
});
