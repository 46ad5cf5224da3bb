import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../base/log.ts';
import { noChoices } from '../contract/index.ts';
import { openConfBackend } from './conf-backend.ts';
import { RememberedChoices } from './remembered-choices.ts';
import { openStore } from './settings-store.ts';
import type { Store } from './types.ts';

let home: string;
const open: Store[] = [];
let clock = 0;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'longshore-choices-'));
  clock = 0;
});
afterEach(() => {
  for (const store of open.splice(0)) store.dispose();
  rmSync(home, { recursive: true, force: true });
});

/** Each is a process of its own on the same files: what one keeps the next one reads. */
async function start(): Promise<{ readonly store: Store; readonly choices: RememberedChoices }> {
  const store = await openStore({ folder: home, openBackend: openConfBackend, logger: silentLogger });
  open.push(store);
  return { store, choices: new RememberedChoices(store, () => ++clock) };
}

const blog = { server: 's1', app: 'blog' };
const chosen = { include: ['.env'], exclude: ['/docs/'] };

describe('RememberedChoices', () => {
  it('knows nothing of an app or folder at first', async () => {
    const { choices } = await start();
    expect(choices.of(blog, '/code/blog')).toEqual(noChoices);
    expect(choices.ofFolder('/code/blog')).toEqual({ target: null, choices: noChoices });
  });

  it('keeps those of a folder until an app is made of it, whose they are then', async () => {
    const { choices } = await start();
    await choices.set(null, '/code/blog', chosen);
    expect(choices.of(blog, '/code/blog')).toEqual(chosen);
    await choices.deployed(blog, '/code/blog', chosen);
    const other = (await start()).choices;
    expect(other.of(blog, '/code/blog')).toEqual(chosen);
    expect(other.ofFolder('/code/blog')).toEqual({ target: blog, choices: chosen });
    // A secret that was ticked for one app does not go to another one from the same folder.
    expect(other.of({ server: 's1', app: 'staging' }, '/code/blog')).toEqual(noChoices);
    expect(other.of({ server: 's2', app: 'blog' }, '/code/blog')).toEqual(noChoices);
  });

  it('goes by the last deploy where a folder has become several apps', async () => {
    const { choices } = await start();
    await choices.deployed(blog, '/code/blog', chosen);
    await choices.deployed({ server: 's2', app: 'blog' }, '/code/blog', noChoices);
    expect(choices.ofFolder('/code/blog')).toEqual({ target: { server: 's2', app: 'blog' }, choices: noChoices });
  });

  it('changes those of an app without forgetting its folder', async () => {
    const { choices } = await start();
    await choices.deployed(blog, '/code/blog', chosen);
    await choices.set(blog, '/code/blog', { include: [], exclude: ['*.md'] });
    expect(choices.ofFolder('/code/blog')).toEqual({ target: blog, choices: { include: [], exclude: ['*.md'] } });
  });

  it('forgets an app that was removed, so that another one of its name and the folder begin anew', async () => {
    const { choices } = await start();
    const staging = { server: 's1', app: 'staging' };
    await choices.deployed(staging, '/code/blog', { include: [], exclude: ['*.md'] });
    await choices.deployed(blog, '/code/blog', chosen);
    await choices.forget(blog);
    const other = (await start()).choices;
    expect(other.of(blog, '/code/blog')).toEqual(noChoices);
    expect(other.ofFolder('/code/blog')).toEqual({ target: staging, choices: { include: [], exclude: ['*.md'] } });
    await choices.forget(blog);
    await choices.forget(staging);
    expect(choices.ofFolder('/code/blog')).toEqual({ target: null, choices: noChoices });
  });

  it('forgets a folder whose choices were all taken back', async () => {
    const { store, choices } = await start();
    await choices.set(null, '/code/blog', chosen);
    await choices.set(null, '/code/blog', noChoices);
    expect(store.get('files.choices')).toEqual({ apps: {}, folders: {} });
  });

  it('keeps the newest 200 folders', async () => {
    const { store, choices } = await start();
    const folders = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`/old/${at}`, { ...chosen, at: at - 1000 }]));
    await store.set('files.choices', { apps: {}, folders });
    await choices.set(null, '/new', chosen);
    expect(choices.ofFolder('/new').choices).toEqual(chosen);
    expect(choices.ofFolder('/old/0').choices).toEqual(noChoices);
    expect(choices.ofFolder('/old/1').choices).toEqual(chosen);
  });

  it('reads what is sound beside what is not, and keeps what a newer Longshore added', async () => {
    const { store, choices } = await start();
    await store.set('files.choices', {
      folders: { '/a': { ...chosen, at: 1 }, '/b': { include: 'all' } },
      apps: [],
      later: { more: true },
    });
    expect(choices.ofFolder('/a').choices).toEqual(chosen);
    expect(choices.ofFolder('/b').choices).toEqual(noChoices);
    await choices.set(null, '/c', chosen);
    expect(store.get('files.choices')).toMatchObject({ later: { more: true } });
  });
});
