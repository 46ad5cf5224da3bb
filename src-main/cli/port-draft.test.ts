import { describe, expect, it } from 'vitest';
import { portFrom, portKeyFrom } from './port-draft.ts';

describe('a port on the command line', () => {
  it.each([
    ['5432', 'app:db', { protocol: 'tcp', port: 5432, target: { kind: 'app', app: 'db', port: null } }],
    ['5432/tcp', 'app:db:5433', { protocol: 'tcp', port: 5432, target: { kind: 'app', app: 'db', port: 5433 } }],
    ['53/udp', 'DNS.Example.com:53', { protocol: 'udp', port: 53, target: { kind: 'address', host: 'dns.example.com', port: 53 } }],
    ['3306', '10.0.0.7:3306', { protocol: 'tcp', port: 3306, target: { kind: 'address', host: '10.0.0.7', port: 3306 } }],
  ])('%s leads to %s', (text, to, port) => {
    expect(portFrom(text, { to })).toEqual({ ...port, allow: [], proxyProtocol: false });
  });

  it('takes its rules', () => {
    const flags = { to: 'app:db', allow: ['10.0.0.0/8', '2001:db8::1'], proxyProtocol: true };
    expect(portFrom('5432', flags)).toMatchObject({ allow: flags.allow, proxyProtocol: true });
  });

  it.each(['', 'x', '0', '70000', '80/sctp', '80/', '-1'])('“%s” is none', (text) => {
    expect(() => portKeyFrom(text)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });

  it.each([
    ['app:', {}],
    ['app:Db', {}],
    ['db.example.com', {}],
    ['localhost:5432', {}],
    ['http://x.example.com:80', {}],
    ['app:db', { allow: ['everywhere'] }],
  ])('it does not lead to %s with %o', (to, flags) => {
    expect(() => portFrom('5432', { to, ...flags })).toThrow(expect.objectContaining({ code: 'invalid-input' }));
    expect(() => portFrom('53/udp', { to: 'app:dns', proxyProtocol: true })).toThrow(/PROXY protocol is for TCP/);
  });
});
