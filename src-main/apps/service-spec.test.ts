import { expect, it } from 'vitest';
import { serviceSpec } from './service-spec.ts';
import { recordOf, settingsOf } from './test-data.ts';

const plan = {
  name: 'shop-r4',
  slot: 'b' as const,
  host: 'shop.203-0-113-7.sslip.io',
  aliases: ['0b-shop'],
  network: 'longshore',
  nodeId: 'node1',
};

it('names the image by its id, reaches replicas by the alias of their slot, and leaves the checks to the edge', () => {
  const record = recordOf('shop', 4, { settings: settingsOf({ replicas: 3 }) });
  const spec = serviceSpec({ ...plan, record });
  expect(spec.TaskTemplate.ContainerSpec.Image).toBe(record.image);
  expect(spec.TaskTemplate.ContainerSpec.Healthcheck).toEqual({ Test: ['NONE'] });
  expect(spec.TaskTemplate.Networks).toEqual([{ Target: 'longshore', Aliases: ['0b-shop'] }]);
  expect(spec.EndpointSpec).toEqual({ Mode: 'dnsrr' });
  expect(spec.Mode.Replicated.Replicas).toBe(3);
  expect(spec.TaskTemplate.Placement?.Constraints).toEqual(['node.id==node1']);
});

it("gives the user's environment and says where to listen, which the user cannot contradict", () => {
  const settings = settingsOf({ port: 8080, environment: { GREETING: 'a=b c', PORT: '1', LONGSHORE_APP: 'x' } });
  const spec = serviceSpec({ ...plan, record: recordOf('shop', 4, { settings }) });
  expect([...(spec.TaskTemplate.ContainerSpec.Env ?? [])].sort()).toEqual([
    'GREETING=a=b c',
    'LONGSHORE_APP=shop',
    'LONGSHORE_RELEASE=4',
    'PORT=8080',
  ]);
});

it('gives the same for the same, byte for byte', () => {
  const record = recordOf('shop', 4);
  expect(JSON.stringify(serviceSpec({ ...plan, record }))).toBe(JSON.stringify(serviceSpec({ ...plan, record: { ...record } })));
});
