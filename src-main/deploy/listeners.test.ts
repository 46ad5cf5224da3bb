import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { parseListeners } from './listeners.ts';

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const line = (address: string, port: string, state = '0A'): string =>
  `   0: ${address}:${port} ${'0'.repeat(address.length)}:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0\n`;

describe('listening sockets', () => {
  it.each([
    ['00000000', '0BB8', [{ port: 3000, loopback: false }]],
    ['0100007F', '0BB8', [{ port: 3000, loopback: true }]],
    ['0500000A', '1F90', [{ port: 8080, loopback: false }]],
    ['00000000000000000000000000000000', '0BB8', [{ port: 3000, loopback: false }]],
    ['00000000000000000000000001000000', '0BB8', [{ port: 3000, loopback: true }]],
    ['0000000000000000FFFF00000100007F', '0BB8', [{ port: 3000, loopback: true }]],
    ['0000000000000000FFFF00000500000A', '0BB8', [{ port: 3000, loopback: false }]],
  ])('%s:%s', (address, port, expected) => expect(parseListeners(head + line(address, port))).toEqual(expected));

  it("are not connections, nor Docker's own DNS server", () => {
    expect(parseListeners(head + line('0100007F', '0BB8', '01') + line('0B00007F', 'A1B2'))).toEqual([]);
  });

  it('are open when any of several addresses is', () => {
    const text = head + line('0100007F', '0BB8') + head + line('00000000000000000000000000000000', '0BB8');
    expect(parseListeners(text)).toEqual([{ port: 3000, loopback: false }]);
  });
});

describe.runIf(process.platform === 'linux')('what Linux itself says (only there)', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  it.each(['127.0.0.1', '0.0.0.0', '127.9.9.9'])('of a socket on %s is read as it was opened', async (address) => {
    const server = createServer();
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, address, resolve));
    const bound = server.address();
    if (bound === null || typeof bound === 'string') throw new Error('no port');
    const found = parseListeners(await readFile('/proc/net/tcp', 'utf8')).find((each) => each.port === bound.port);
    expect(found).toEqual({ port: bound.port, loopback: address.startsWith('127.') });
  });
});
