import { describe, expect, it } from 'vitest';
import type { AppSummary, PortView } from '../../../src-main/contract/index.ts';
import { emptyPort, judgePort, type PortForm, portForm } from './port-form.ts';

const appOf = (name: string): AppSummary => ({
  name,
  state: 'live',
  release: 1,
  replicas: { healthy: 1, wanted: 1 },
  hosts: [],
  https: [],
});
const form = (change: Partial<PortForm> = {}): PortForm => ({ ...emptyPort([appOf('db')]), port: '5432', ...change });

describe('a port in the form', () => {
  it.each<Partial<PortView>>([
    { target: { kind: 'app', app: 'db', port: 5433 }, allow: ['10.0.0.0/8', '2001:db8::1'], proxyProtocol: true },
    { protocol: 'udp', target: { kind: 'address', host: 'dns.example.com', port: 53 } },
  ])('comes out as it went in: %j', (change) => {
    const route = {
      protocol: 'tcp' as const,
      port: 5432,
      target: { kind: 'app' as const, app: 'db', port: 1 },
      allow: [],
      proxyProtocol: false,
      ...change,
    };
    const view: PortView = { ...route, state: 'open', reason: '', connections: 0, by: 'kim@desk', at: 1 };
    expect(judgePort(portForm(view))).toEqual({ ok: true, draft: route });
  });

  it('leads to the app that is alone, at its own port', () => {
    expect(judgePort(form({ allow: '10.0.0.1,\n 10.0.0.2' }))).toEqual({
      ok: true,
      draft: {
        protocol: 'tcp',
        port: 5432,
        target: { kind: 'app', app: 'db', port: null },
        allow: ['10.0.0.1', '10.0.0.2'],
        proxyProtocol: false,
      },
    });
    expect(emptyPort([]).kind).toBe('address');
    expect(emptyPort([appOf('a'), appOf('b')]).app).toBeNull();
  });

  it('has no PROXY protocol over UDP, whatever was ticked before', () => {
    expect(judgePort(form({ protocol: 'udp', proxyProtocol: true }))).toMatchObject({ ok: true, draft: { proxyProtocol: false } });
  });

  it('is said to be wrong at its fields', () => {
    const errorsOf = (change: Partial<PortForm>) => {
      const judged = judgePort(form(change));
      return judged.ok ? {} : judged.errors;
    };
    expect(errorsOf({ port: 'x' })).toEqual({ port: 'A port is between 1 and 65535' });
    expect(errorsOf({ port: '70000', app: null, appPort: '0' })).toEqual({
      port: 'A port is between 1 and 65535',
      app: 'Choose an app',
      appPort: 'A port is between 1 and 65535',
    });
    expect(errorsOf({ kind: 'address', host: 'localhost', hostPort: '' })).toEqual({
      host: 'A host looks like db.example.com or 10.0.0.5',
      hostPort: 'A port is between 1 and 65535',
    });
    expect(errorsOf({ allow: '10.0.0.1 everywhere' })).toEqual({ allow: 'everywhere: An address looks like 203.0.113.7 or 10.0.0.0/8' });
  });
});
