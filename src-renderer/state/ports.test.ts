import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ExpectedError, type PortsView, type PortView, toErrorShape } from '../../src-main/contract/index.ts';
import { notLoaded } from './loadable.ts';
import { changePorts, readPorts, removePort, usePorts } from './ports.ts';

let asked: [string, unknown][] = [];
let answers: Record<string, () => unknown> = {};

const portOf = (port: number): PortView => ({
  protocol: 'tcp',
  port,
  target: { kind: 'app', app: 'db', port: 5432 },
  allow: [],
  proxyProtocol: false,
  state: 'open',
  reason: '',
  connections: 0,
  by: 'kim@desk',
  at: 1,
});
const view = (...ports: number[]): PortsView => ({ ports: ports.map(portOf), note: null });
const shown = (): number[] | undefined => usePorts.getState().table.value?.ports.map(({ port }) => port);

beforeEach(() => {
  asked = [];
  answers = { 'ports.list': () => view(1), 'ports.change': () => view(2) };
  vi.stubGlobal('window', {
    longshore: {
      call: async (name: string, args: unknown) => {
        asked.push([name, args]);
        try {
          return { ok: true, value: await answers[name]?.() };
        } catch (error) {
          return { ok: false, error: toErrorShape(error) };
        }
      },
      cancel: () => undefined,
    },
  });
  usePorts.setState({ server: '', table: notLoaded, removing: null, failure: null }, true);
});

describe('ports', () => {
  it('are shown after a change as it answers, and not as they were asked for before it', async () => {
    await readPorts('s1');
    const waiting: { resolve?: (view: PortsView) => void } = {};
    answers['ports.list'] = () => new Promise<PortsView>((resolve) => Object.assign(waiting, { resolve }));
    const reading = readPorts('s1');
    await vi.waitFor(() => expect(waiting.resolve).toBeDefined());
    await changePorts('s1', { do: 'remove', port: { protocol: 'tcp', port: 1 } });
    waiting.resolve?.(view(1));
    await reading;
    expect(shown()).toEqual([2]);
  });

  it('are not touched by a change of another server', async () => {
    await readPorts('s1');
    await changePorts('s2', { do: 'remove', port: { protocol: 'tcp', port: 1 } });
    expect(shown()).toEqual([1]);
  });

  it('are asked to be closed by port and protocol alone, and read again when that failed', async () => {
    await readPorts('s1');
    answers['ports.change'] = () => {
      throw new ExpectedError('not-found', 'There is no route of the port 1/tcp');
    };
    answers['ports.list'] = () => view(7);
    await removePort('s1', portOf(1));
    expect(asked.find(([name]) => name === 'ports.change')?.[1]).toEqual({
      server: 's1',
      change: { do: 'remove', port: { protocol: 'tcp', port: 1 } },
    });
    expect(usePorts.getState()).toMatchObject({ removing: null, failure: { code: 'not-found' } });
    await vi.waitFor(() => expect(shown()).toEqual([7]));
  });
});
