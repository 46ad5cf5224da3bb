import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scanEntries } from '../archive/index.ts';
import { git } from '../archive/test-tree.ts';
import type { DeployRequest } from '../contract/index.ts';
import type { StageContext } from '../jobs/types.ts';
import { scanToSend } from './scan-to-send.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-send-'));
  mkdirSync(join(folder, 'config'));
  for (const name of ['.env', 'config/id_rsa', 'app.js']) writeFileSync(join(folder, name), 'x');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function scanned(change: Partial<DeployRequest>): Promise<{ readonly sent: readonly string[]; readonly said: readonly string[] }> {
  const said: string[] = [];
  const stage: StageContext = {
    signal: new AbortController().signal,
    detail: () => undefined,
    progress: () => undefined,
    already: () => undefined,
    log: (text) => void said.push(text),
  };
  const request = { server: 's', app: 'a', path: folder, settings: {}, dockerfile: null, include: [], exclude: [], ...change };
  const scan = await scanToSend(stage, request);
  return { sent: [...scanEntries(scan)].filter(({ kind }) => kind === 'file').map(({ path }) => path), said };
}

describe('what a deploy sends', () => {
  it('goes without secrets, and says which and how to send them', async () => {
    const { sent, said } = await scanned({});
    expect(sent).toEqual(['app.js']);
    expect(said).toEqual([
      expect.stringMatching(
        /^Held back.*: \.env \(environment file\), config\/id_rsa \(.+\)\. To send one, .*--include PATH; --allow-secrets/,
      ),
    ]);
  });

  it('is all of it where secrets are allowed, and then nothing is held back', async () => {
    expect(await scanned({ allowSecrets: true })).toEqual({ sent: ['.env', 'app.js', 'config/id_rsa'], said: [] });
  });

  it('goes without a submodule that is not checked out, and says so', async () => {
    const lib = join(folder, 'lib');
    mkdirSync(lib);
    for (const repository of [folder, lib]) git(repository, 'init', '--quiet');
    git(lib, 'commit', '--quiet', '--allow-empty', '--message', 'first');
    git(folder, 'add', 'lib', 'app.js');
    rmSync(join(lib, '.git'), { recursive: true });
    const { sent, said } = await scanned({ allowSecrets: true });
    expect(sent).toEqual(['.env', 'app.js', 'config/id_rsa']);
    expect(said).toEqual([
      'Submodules that are not checked out, so that nothing of them is sent: lib. git submodule update --init checks them out.',
    ]);
  });

  it('has what was named, and says what was named and is not there any more', async () => {
    const { sent, said } = await scanned({ include: ['.env', 'config/id_rsa', 'config/gone'] });
    expect(sent).toEqual(['.env', 'app.js', 'config/id_rsa']);
    expect(said).toEqual([`Chosen to be sent, but not in ${folder}: config/gone.`]);
  });
});
