import { expect, test } from 'vitest';
import type { BuildPlan } from '../contract/models/source.ts';
import { prepareContext } from './context.ts';

const own: BuildPlan = { origin: 'project', language: null, label: '', reasons: ['Dockerfile'], dockerfile: 'FROM a\n', port: 1 };
const proposed: BuildPlan = { ...own, origin: 'proposed', language: 'node', reasons: ['package.json'] };

test("the project's own Dockerfile is built as it lies there", () => {
  expect(prepareContext(own, null)).toEqual({ dockerfile: 'Dockerfile', extra: [], origin: 'Dockerfile' });
  expect(prepareContext(own, 'FROM a\n')).toEqual({ dockerfile: 'Dockerfile', extra: [], origin: 'Dockerfile' });
});

test('an edited one goes beside it and hides nothing', () => {
  expect(prepareContext(own, 'FROM b\n', (path) => path === '.longshore.Dockerfile')).toEqual({
    dockerfile: '.longshore-2.Dockerfile',
    extra: [{ path: '.longshore-2.Dockerfile', data: 'FROM b\n' }],
    origin: 'edited Dockerfile',
  });
});

test('a proposed one goes along', () => {
  expect(prepareContext(proposed, null)).toMatchObject({ dockerfile: '.longshore.Dockerfile', origin: 'node' });
});

test('a file of another name is sent as text', () => {
  expect(prepareContext({ ...own, reasons: ['Containerfile'] }, null)).toMatchObject({
    dockerfile: '.longshore.Dockerfile',
    origin: 'Dockerfile',
  });
});

test('without any it says what to do', () => {
  const unknown: BuildPlan = { ...own, origin: 'unknown', reasons: [], dockerfile: '' };
  expect(() => prepareContext(unknown, null)).toThrow(expect.objectContaining({ code: 'language-unknown' }));
  expect(prepareContext(unknown, 'FROM x').extra).toHaveLength(1);
});
