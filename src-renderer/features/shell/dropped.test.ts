import { describe, expect, it } from 'vitest';
import { judgeDrop } from './dropped.ts';

const folder = { name: 'blog', isFolder: true };

describe('what was dropped', () => {
  it('is deployed when it is one folder', () => {
    expect(judgeDrop([folder], ['/code/blog'])).toEqual({ kind: 'folder', path: '/code/blog' });
  });

  it('is left to main to judge where the system does not say what it is', () => {
    expect(judgeDrop([{ name: 'blog', isFolder: null }], ['/code/blog'])).toEqual({ kind: 'folder', path: '/code/blog' });
  });

  it.each([
    [[folder, { name: 'shop', isFolder: true }], ['/a', '/b'], '2 folders were dropped'],
    [[folder, { name: 'a.txt', isFolder: false }], ['/a', '/b'], '2 things were dropped'],
    [[{ name: 'blog.zip', isFolder: false }], ['/a/blog.zip'], 'blog.zip is a file'],
    [[folder], [], 'not a folder on this computer'],
    [[], [], 'not a folder on this computer'],
  ])('is refused with its reason otherwise: %#', (items, paths, part) => {
    const dropped = judgeDrop(items, paths);
    expect(dropped.kind === 'refused' ? dropped.title : '').toContain(part);
    expect(dropped.kind === 'refused' ? dropped.next : '').toMatch(/\.$/);
  });
});
