import { describe, expect, it } from 'vitest';
import type { PortRoute } from '../contract/index.ts';
import { labelsOfPort, portServiceName, portServices } from './labels.ts';
import { serviceOf } from './ports.fixture.ts';

const route: PortRoute = {
  protocol: 'tcp',
  port: 5432,
  target: { kind: 'app', app: 'db', port: 5432 },
  allow: ['10.0.0.0/8'],
  proxyProtocol: true,
};

describe('the labels of a port', () => {
  it('say again what they were made of, in the order of ports', () => {
    const first = serviceOf(portServiceName(route), labelsOfPort(route, 'kim@desk', 5));
    const other: PortRoute = { ...route, protocol: 'udp', port: 53, proxyProtocol: false };
    const second = serviceOf(portServiceName(other), labelsOfPort(other, 'lee@desk', 6));
    expect(portServices([first, serviceOf('db-r1', { 'dev.longshore.app': 'db' }), second])).toEqual([
      { route: other, by: 'lee@desk', at: 6, service: second },
      { route, by: 'kim@desk', at: 5, service: first },
    ]);
  });

  it.each([{ 'dev.longshore.schema': '2' }, { 'dev.longshore.port': 'no json' }, { 'dev.longshore.port': '{"route":{"port":0}}' }])(
    'stop everything when they cannot be read: %o',
    (change) => {
      const service = serviceOf(portServiceName(route), { ...labelsOfPort(route, 'kim@desk', 5), ...change });
      expect(() => portServices([service])).toThrow(/longshore-port-tcp-5432 cannot be read/);
    },
  );
});
