import { describe, expect, it } from 'vitest';
import type { PortRoute } from '../contract/index.ts';
import { fingerprintOf, renderTcp } from './tcp.ts';

const toApp: PortRoute = {
  protocol: 'tcp',
  port: 5432,
  target: { kind: 'app', app: 'db', port: 5433 },
  allow: [],
  proxyProtocol: false,
};

describe('the configuration of a TCP port', () => {
  it('asks the map of the edge for the slot, and takes the other where nothing of it works', () => {
    const config = renderTcp(toApp);
    expect(config.match(/^ {2}use_backend .*$/gm)).toEqual([
      '  use_backend a if { str(db),map(/etc/edge/slots.map) -m str be_db_a } { nbsrv(a) gt 0 }',
      '  use_backend b if { str(db),map(/etc/edge/slots.map) -m str be_db_b } { nbsrv(b) gt 0 }',
      '  use_backend a if { nbsrv(a) gt 0 }',
      '  use_backend b if { nbsrv(b) gt 0 }',
    ]);
    expect(config.match(/^ {2}server-template .*$/gm)).toEqual(['  server-template a 32 0a-db:5433', '  server-template b 32 0b-db:5433']);
    expect(config).not.toMatch(/send-proxy|tcp-request/);
  });

  it('leads elsewhere without asking whether it is there', () => {
    const config = renderTcp({ ...toApp, target: { kind: 'address', host: 'db.example.com', port: 5432 }, proxyProtocol: true });
    expect(config).toMatch(/^ {2}server target db\.example\.com:5432 .* send-proxy-v2$/m);
    expect(config).not.toMatch(/check inter|use_backend/);
  });

  it('lets in from everywhere that is allowed, on lines that HAProxy can take', () => {
    const allow = Array.from({ length: 200 }, (_, at) => `10.0.${at}.0/24`);
    const lines = renderTcp({ ...toApp, allow }).match(/^ {2}acl allowed src .*$/gm) ?? [];
    expect(lines.flatMap((line) => line.trim().split(' ').slice(3))).toEqual(allow);
    expect(Math.max(...lines.map((line) => line.trim().split(' ').length))).toBeLessThan(64);
  });

  it('has a fingerprint that changes with what it does, and not with the port of the server', () => {
    expect(fingerprintOf(renderTcp(toApp))).toMatch(/^longshore-[0-9a-f]{32}$/);
    expect(renderTcp({ ...toApp, port: 1 })).toBe(renderTcp(toApp));
    expect(fingerprintOf(renderTcp({ ...toApp, proxyProtocol: true }))).not.toBe(fingerprintOf(renderTcp(toApp)));
  });
});
