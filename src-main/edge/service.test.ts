import { expect, it } from 'vitest';
import { edgeAge, edgeLabels, edgeSpec, refuseUnknownEdge, secondEdgeSpec } from './service.ts';

const withSchema = (schema: string): Record<string, string> => ({ ...edgeLabels, 'dev.longshore.schema': schema });

it.each([
  [edgeLabels, 'same'],
  [edgeSpec('image', 'node').Labels, 'same'],
  [withSchema('0'), 'older'],
  [withSchema('2'), 'newer'],
  [withSchema('10'), 'newer'],
  [withSchema('next'), 'newer'],
  [{ 'dev.longshore.kind': 'edge' }, 'newer'],
  [{}, 'foreign'],
  [{ 'dev.longshore.schema': '1', 'dev.longshore.kind': 'app' }, 'foreign'],
] as const)('%j is %s', (labels, age) => expect(edgeAge(labels)).toBe(age));

it('keeps its hands off what it does not know, and says whose and what to do', () => {
  refuseUnknownEdge(edgeLabels, 'web1');
  refuseUnknownEdge(withSchema('0'), 'web1');
  expect(() => refuseUnknownEdge(withSchema('2'), 'web1')).toThrow(
    expect.objectContaining({ message: expect.stringContaining('web1'), next: expect.stringContaining('Update Longshore') }),
  );
  expect(() => refuseUnknownEdge({}, 'web1')).toThrow(expect.objectContaining({ code: 'name-taken' }));
});

it('makes a second edge of the same files, with sockets of its own and no port of the server', () => {
  const [edge, second] = [edgeSpec('image', 'node'), secondEdgeSpec('image', 'node')];
  expect(second.EndpointSpec).toEqual({ Mode: 'dnsrr' });
  expect(edgeAge(second.Labels)).toBe('foreign');
  const sources = (spec: typeof edge) => spec.TaskTemplate.ContainerSpec.Mounts?.map(({ Source }) => Source);
  expect(sources(edge)?.[0]).toBe(sources(second)?.[0]);
  expect(sources(edge)?.[1]).not.toBe(sources(second)?.[1]);
});
