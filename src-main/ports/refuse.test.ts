import { describe, expect, it } from 'vitest';
import type { PortKey } from '../contract/index.ts';
import { labelsOfPort, portServiceName, portServices } from './labels.ts';
import { serviceOf } from './ports.fixture.ts';
import { parseListeners, refuseTakenPort, type Taken } from './refuse.ts';

const ss = `tcp LISTEN 0 511 0.0.0.0:8080 0.0.0.0:* users:(("nginx",pid=9,fd=6),("nginx",pid=8,fd=6))
tcp LISTEN 0 128 [::]:2222 [::]:*
udp UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:* users:(("systemd-resolve",pid=3,fd=12))
udp UNCONN 0 0 *:4789 *:*
tcp LISTEN 0 4096 *:9100 *:* users:(("docker-proxy",pid=7,fd=4))
`;

const taken: Taken = { ports: [], services: [], listeners: parseListeners(ss), sshPort: 2022, server: 'web1' };
const tcp = (port: number): PortKey => ({ protocol: 'tcp', port });
const udp = (port: number): PortKey => ({ protocol: 'udp', port });

describe('listeners of ss', () => {
  it('are taken apart with their programs', () => {
    expect(parseListeners(ss)).toEqual([
      { protocol: 'tcp', port: 8080, programs: ['nginx'] },
      { protocol: 'tcp', port: 2222, programs: [] },
      { protocol: 'udp', port: 53, programs: ['systemd-resolve'] },
      { protocol: 'udp', port: 4789, programs: [] },
      { protocol: 'tcp', port: 9100, programs: ['docker-proxy'] },
    ]);
    expect(parseListeners('')).toEqual([]);
  });
});

describe('a port', () => {
  it.each([
    [tcp(8080), 'The port 8080/tcp of web1 is used by nginx'],
    [tcp(2222), 'The port 2222/tcp of web1 is used by another program'],
    [udp(53), 'The port 53/udp of web1 is used by systemd-resolve'],
    [tcp(9100), 'The port 9100/tcp of web1 is used by a Docker container'],
    [tcp(443), "The port 443/tcp of web1 is the edge's, which serves all apps by it"],
    [tcp(22), 'The port 22/tcp of web1 is where it is logged in to'],
    [tcp(2022), 'The port 2022/tcp of web1 is where it is logged in to'],
  ])('%o is refused with who has it', (key, message) => {
    expect(() => refuseTakenPort(key, taken)).toThrow(expect.objectContaining({ code: 'ports-taken', message }));
  });

  it('of another protocol, or of nobody, is free', () => {
    for (const key of [udp(443), udp(8080), tcp(53), tcp(5432)]) expect(() => refuseTakenPort(key, taken)).not.toThrow();
  });

  it('that has a route, or that a service publishes, is refused by name', () => {
    const route = { ...tcp(5432), target: { kind: 'app', app: 'db', port: 5432 }, allow: [], proxyProtocol: false } as const;
    const service = serviceOf(portServiceName(route), labelsOfPort({ ...route, allow: [] }, 'kim@desk', 5));
    const having = { ...taken, services: [service], ports: portServices([service]) };
    expect(() => refuseTakenPort(tcp(5432), having)).toThrow('The port 5432/tcp of web1 has a route already');
    expect(() => refuseTakenPort(udp(5432), having)).not.toThrow();
    // It need not run to have the port.
    const stopped = serviceOf('metrics', {}, [{ Protocol: 'tcp', TargetPort: 1, PublishedPort: 9300, PublishMode: 'ingress' }]);
    expect(() => refuseTakenPort(tcp(9300), { ...taken, services: [stopped] })).toThrow('is used by the service metrics');
    const foreign = serviceOf('longshore-port-tcp-7000');
    expect(() => refuseTakenPort(tcp(7000), { ...taken, services: [foreign] })).toThrow('that Longshore did not make');
  });
});
