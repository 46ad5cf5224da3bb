import { describe, expect, it } from 'vitest';
import { chooseSubnet, parseNetworks } from './subnet.ts';

it('reads the networks of a server from its routes and name servers', () => {
  const printed = `default via 203.0.113.1 dev eth0
10.0.0.0/16 via 10.0.0.1 dev enp7s0
10.0.0.1 dev enp7s0 scope link
172.17.0.0/16 dev docker0 proto kernel scope link src 172.17.0.1 linkdown
172.18.0.0/16 dev docker_gwbridge proto kernel scope link src 172.18.0.1
172.19.0.0/16 dev br-0123456789ab proto kernel scope link src 172.19.0.1
203.0.113.0/24 dev eth0 proto kernel scope link src 203.0.113.9
blackhole 10.20.0.0/16
0.0.0.0/0 dev tun0
# by hand
nameserver 10.0.0.2
nameserver 127.0.0.53
nameserver 2001:db8::1
search example.com
999.1.1.1 dev eth0
`;
  expect(parseNetworks(printed)).toEqual(['10.0.0.0/16', '10.0.0.1', '203.0.113.0/24', '10.20.0.0/16', '10.0.0.2']);
  expect(parseNetworks('')).toEqual([]);
});

describe("the apps' subnet", () => {
  const docker = ['172.17.0.0/16', '172.18.0.0/16', '10.0.0.0/24'];

  it("is Docker's choice where the server has nothing in its pool", () => {
    expect(chooseSubnet(['203.0.113.0/24'], docker)).toBeNull();
    expect(chooseSubnet([], [])).toBeNull();
    expect(chooseSubnet(['10.0.1.0/24'], docker, ['10.64.0.0/16'])).toBeNull();
  });

  it.each([
    ['a private network of 10.0.0.0/16', ['203.0.113.0/24', '10.0.0.0/16', '10.0.0.1'], '192.168.248.0/24'],
    ['a name server alone', ['203.0.113.0/24', '10.0.0.2'], '192.168.248.0/24'],
    ['all of 10.0.0.0/8', ['10.0.0.0/8'], '192.168.248.0/24'],
    ['a part of 192.168.0.0/16 too', ['10.0.0.0/16', '192.168.1.0/24'], '172.31.248.0/24'],
    // In each block already: what is free at least of what is known.
    ['a part of each block', ['10.0.0.0/16', '192.168.1.0/24', '172.16.0.0/16'], '192.168.248.0/24'],
    ['most of all', ['10.0.0.0/16', '192.168.0.0/16', '172.16.0.0/12'], '10.200.248.0/24'],
    ['all of all', ['10.0.0.0/8', '192.168.0.0/16', '172.16.0.0/12'], null],
  ])('lies elsewhere beside %s', (_, networks, subnet) => expect(chooseSubnet(networks, docker)).toBe(subnet));

  it("keeps off Docker's other networks", () => {
    expect(chooseSubnet(['10.0.0.0/16'], [...docker, '192.168.240.0/20'])).toBe('172.31.248.0/24');
    expect(chooseSubnet(['10.0.0.0/16'], [...docker, '192.168.248.0/24', '192.168.249.128/25'])).toBe('192.168.250.0/24');
  });

  it("minds a pool of the administrator's", () => {
    expect(chooseSubnet(['172.20.0.0/16'], docker, ['172.20.0.0/14'])).toBe('192.168.248.0/24');
  });
});
