import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PortRoute } from '../contract/index.ts';
import { renderUdp, UDP_FOLLOW } from './udp.ts';

const toApp: PortRoute = {
  protocol: 'udp',
  port: 53,
  target: { kind: 'app', app: 'dns', port: 5353 },
  allow: [],
  proxyProtocol: false,
};

describe('the configuration of a UDP port', () => {
  it('asks for the slot of its app, and takes the first where the map says nothing', () => {
    const config = renderUdp(toApp);
    expect(config).toContain('map "app-dns" $backend { default ""; include /tmp/slots.map; }');
    expect(config).toContain('map $backend $upstream { default 0a-dns; be_dns_b 0b-dns; }');
    expect(config).toContain('proxy_pass $upstream:5353;');
    expect(config).not.toMatch(/deny|allow/);
  });

  it('leads elsewhere, and lets in whom it is told to', () => {
    const config = renderUdp({ ...toApp, target: { kind: 'address', host: '10.0.0.5', port: 53 }, allow: ['10.0.0.0/8', '2001:db8::1'] });
    expect(config).toContain('map "" $upstream { default 10.0.0.5; }');
    expect(config).toMatch(/allow 10\.0\.0\.0\/8;\n {4}allow 2001:db8::1;\n {4}deny all;/);
  });

  it("reads the edge's map, of apps whose names are words of nginx as well", () => {
    const folder = mkdtempSync(join(tmpdir(), 'longshore-udp-'));
    try {
      writeFileSync(join(folder, 'edge.map'), 'default be_default_a\ninclude be_include_b\nbroken\n');
      writeFileSync(join(folder, 'slots.map'), '');
      const script = UDP_FOLLOW.replaceAll('/etc/edge/slots.map', join(folder, 'edge.map'))
        .replaceAll('/tmp/slots.map', join(folder, 'slots.map'))
        .replace('kill -HUP 1', 'echo told');
      const run = (): string => spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout;
      expect(run()).toBe('told\n');
      expect(readFileSync(join(folder, 'slots.map'), 'utf8')).toBe('app-default be_default_a;\napp-include be_include_b;\n');
      // It goes by that already.
      expect(run()).toBe('');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
