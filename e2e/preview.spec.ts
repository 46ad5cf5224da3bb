/** What is sent and why: looked at, searched, ticked in and out; and that a deploy goes by it. Without a server. */
import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Locator, Page } from '@playwright/test';
import { test as base, expect } from './fixtures.ts';

const run = promisify(execFile);
const commandLine = resolve(import.meta.dirname, '../out/cli/longshore.js');

const project: Readonly<Record<string, string>> = {
  Dockerfile: 'FROM node:20\nCOPY . .\nCMD ["node", "server.js"]\n',
  '.gitignore': '# what npm makes\nnode_modules/\n*.log\n',
  '.env': 'DATABASE_PASSWORD=hunter2\n',
  'server.js': 'console.log(1);\n',
  'debug.log': 'x'.repeat(5000),
  'node_modules/left-pad/index.js': 'module.exports = 1;\n',
  'docs/guide.md': '# Guide\n',
  'docs/internal/plan.md': '# Plan\n',
  'src/.gitignore': 'generated\n!keep.log\n',
  'src/keep.log': 'kept by the nested rule\n',
  'src/generated/schema.ts': 'export {};\n',
  'src/index.ts': 'export {};\n',
  'assets/film.mp4': 'x'.repeat(3_000_000),
};

/** A folder of the spec's own, removed after it. */
const test = base.extend<{ readonly folder: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from the pattern of its first parameter.
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'longshore-e2e-preview-'));
    for (const [path, content] of Object.entries(project)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
});

const line = (page: Page, name: string): Locator => page.getByRole('dialog').getByRole('treeitem', { name: new RegExp(`^${name}( |$)`) });
const tick = (page: Page, name: string): Promise<void> => line(page, name).locator('[data-tick]').click();
const about = (page: Page): Locator => page.getByRole('note', { name: 'About this entry' });

async function show(page: Page, view: string): Promise<void> {
  const button = page.getByRole('dialog').getByRole('button', { name: new RegExp(`^${view}`) });
  await button.click();
  await expect(button).toHaveAttribute('aria-pressed', 'true');
}

/** What a deploy of the folder would send, by the choices that the window has remembered for it. */
async function sentPaths(page: Page, folder: string): Promise<string[]> {
  // By text: this side knows no DOM.
  const choices = await page.evaluate<{ include: string[]; exclude: string[] }>(
    `longshore.call('folders.inspect', ${JSON.stringify({ path: folder, target: null, choices: null })}, crypto.randomUUID()).then((answer) => answer.value.choices)`,
  );
  const flags = [
    ...choices.include.flatMap((path) => ['--include', path]),
    ...choices.exclude.flatMap((pattern) => ['--exclude', pattern]),
  ];
  const { stdout } = await run(process.execPath, [commandLine, 'archive', folder, '--list', '-z', '--dockerignore', ...flags]);
  return stdout.split('\0').filter((path) => path !== '');
}

test('says of each entry whether it is sent, and by which line of which file it is not', async ({ longshore, page, folder }) => {
  await longshore.dropPaths([folder]);
  await expect(page.getByRole('heading', { name: '9 files' })).toBeVisible();
  await expect(line(page, 'assets')).toContainText('3 MB');

  await line(page, 'node_modules').hover();
  await expect(about(page)).toContainText('Left out by node_modules/ in line 2 of .gitignore');
  await line(page, 'src').click();
  await line(page, 'generated').hover();
  await expect(about(page)).toContainText('src/generated');
  await expect(about(page)).toContainText('Left out by generated in line 1 of src/.gitignore');
  await expect(line(page, 'keep.log')).toBeVisible();

  // The same by the keys alone.
  await page.getByRole('tree', { name: 'Files' }).focus();
  await page.keyboard.press('End');
  await expect(about(page)).toContainText('debug.log');
  await expect(about(page)).toContainText('Left out by *.log in line 3 of .gitignore');

  await show(page, 'Left out');
  await expect(line(page, 'node_modules/')).toContainText('line 2 of .gitignore');
  await show(page, 'Biggest');
  await expect(page.getByRole('treeitem').first()).toContainText('assets/film.mp4');
});

test('finds an entry by a part of its path', async ({ longshore, page, folder }) => {
  await longshore.dropPaths([folder]);
  await page.getByLabel('Search files').fill('PLAN');
  await expect(page.getByRole('treeitem')).toHaveText([/^docs/, /^internal/, /^plan\.md/]);
  await page.getByLabel('Search files').fill('no such thing');
  await expect(page.getByText('Nothing listed has “no such thing” in its path.')).toBeVisible();
});

test('what is unticked is not sent, what is ticked is, and both are remembered', async ({ longshore, page, folder }) => {
  await longshore.dropPaths([folder]);
  await expect(page.getByRole('heading', { name: '9 files' })).toBeVisible();
  expect(await sentPaths(page, folder)).toContain('docs/internal/plan.md');

  await line(page, 'docs').click();
  await tick(page, 'internal');
  await expect(page.getByRole('heading', { name: '8 files' })).toBeVisible();
  await expect(line(page, 'docs')).toHaveAttribute('aria-checked', 'mixed');
  await tick(page, 'debug.log');
  await expect(page.getByRole('heading', { name: '9 files' })).toBeVisible();
  // By the keys: the film.
  await page.getByRole('tree', { name: 'Files' }).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Space');
  await expect(line(page, 'assets')).toHaveAttribute('aria-checked', 'false');
  await expect(page.getByRole('heading', { name: '8 files' })).toBeVisible();

  const expected = [
    '.gitignore',
    'Dockerfile',
    'debug.log',
    'docs/guide.md',
    'server.js',
    'src/.gitignore',
    'src/index.ts',
    'src/keep.log',
  ];
  await expect.poll(async () => (await sentPaths(page, folder)).sort()).toEqual(expected);

  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await longshore.dropPaths([folder]);
  await expect(page.getByRole('heading', { name: '8 files' })).toBeVisible();
  await expect(line(page, 'assets')).toHaveAttribute('aria-checked', 'false');
  await tick(page, 'assets');
  await expect(page.getByRole('heading', { name: '9 files' })).toBeVisible();
  await expect.poll(() => sentPaths(page, folder)).toContain('assets/film.mp4');
});

test('the command line goes by what was ticked in the window, and says so', async ({ launch, home, folder }) => {
  // A server that is known and not there: what holds for a deploy is said before anything is reached.
  const server = {
    id: 's1',
    name: 'gone',
    host: '127.0.0.1',
    port: 9,
    user: 'root',
    authentication: { kind: 'agent' },
    hostKey: null,
    addedAt: 0,
  };
  await writeFile(join(home, 'settings.json'), JSON.stringify({ version: 1, servers: [server], preferences: {}, values: {} }));
  const longshore = await launch();
  const { page } = longshore;
  await longshore.dropPaths([folder]);
  await tick(page, 'docs');
  await expect(page.getByRole('heading', { name: '7 files' })).toBeVisible();
  await expect.poll(() => sentPaths(page, folder)).not.toContain('docs/guide.md');

  const deploying = spawn(process.execPath, [commandLine, 'deploy', folder, '--server', 'gone', '--app', 'new'], {
    env: { ...process.env, LONGSHORE_HOME: home },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  deploying.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  try {
    await expect.poll(() => said).toContain('As chosen before, left out: /docs/');
  } finally {
    deploying.kill();
  }
});

test('a secret stays behind until it is meant to be sent', async ({ longshore, page, folder }) => {
  await longshore.dropPaths([folder]);
  await page.getByRole('dialog').getByText('1 file held back').click();
  await expect(page.getByText('They stay on this computer')).toBeVisible();
  await expect(page.getByRole('treeitem')).toHaveText([/^\.env.*environment file, held back/]);
  expect(await sentPaths(page, folder)).not.toContain('.env');

  await page.getByRole('checkbox', { name: 'Send .env anyway' }).click();
  await expect(page.getByText('1 file that looks like a secret will be sent')).toBeVisible();
  await expect.poll(() => sentPaths(page, folder)).toContain('.env');
  // Still told apart once the scan has caught up, and taken back by the same tick.
  await expect(page.getByRole('status', { name: 'Looking again' })).toHaveCount(0);
  await page.getByRole('checkbox', { name: 'Send .env anyway' }).click();
  await expect(page.getByText('1 file held back')).toBeVisible();
  await expect.poll(() => sentPaths(page, folder)).not.toContain('.env');
});

test('a submodule that is not checked out is named, since a build that needs it would fail', async ({ longshore, page, folder }) => {
  const lib = join(folder, 'vendor/lib');
  await mkdir(lib, { recursive: true });
  const git = (at: string, ...args: string[]) =>
    run('git', ['-C', at, '-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args]);
  for (const repository of [folder, lib]) await git(repository, 'init', '--quiet');
  await git(lib, 'commit', '--quiet', '--allow-empty', '--message', 'first');
  await git(folder, 'add', 'vendor/lib');
  await rm(join(lib, '.git'), { recursive: true });

  await longshore.dropPaths([folder]);
  await expect(page.getByRole('dialog').getByText('The submodule vendor/lib is not checked out')).toBeVisible();
  await show(page, 'Left out');
  await expect(line(page, 'Submodules that are not checked out')).toBeVisible();
  await line(page, 'vendor/lib').hover();
  await expect(about(page)).toContainText('git submodule update --init checks it out');
});
