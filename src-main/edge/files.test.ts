import { describe, expect, it } from 'vitest';
import { writeFile } from './files.ts';

describe('writing a file of the edge', () => {
  const ending = (code: number) =>
    writeFile({ exec: async () => ({ code, stdout: '', stderr: 'words' }) }, 'edge', 'slots.map', 'new', 'old');

  it('tells a container that went away and a broken transfer from what waiting does not help', async () => {
    for (const code of [3, 126, 137, 143]) await expect(ending(code)).rejects.toMatchObject({ code: 'edge-unavailable', detail: 'words' });
    for (const code of [1, 2, 4]) await expect(ending(code)).rejects.toMatchObject({ code: 'edge-failed', detail: 'words' });
  });

  it('says when somebody else was faster', async () => {
    expect(await ending(0)).toBe(true);
    expect(await ending(5)).toBe(false);
  });
});
