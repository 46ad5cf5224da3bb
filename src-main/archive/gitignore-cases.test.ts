import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fromText, toText } from './byte-path.ts';
import { git, pathsOf, scanQuietly, temporaryFolder, writeLink, writeTree } from './test-tree.ts';

/** Each expectation was computed by git itself; see the fixture's note for nested repositories. */
const cases = z
  .array(
    z.object({
      group: z.string(),
      name: z.string(),
      ignore: z.record(z.string(), z.string()),
      tree: z.array(z.string()),
      expected: z.array(z.string()),
      config: z.record(z.string(), z.string()).default({}),
      exclude: z.string().optional(),
      excludesFile: z.string().optional(),
      links: z.record(z.string(), z.string()).default({}),
      contents: z.record(z.string(), z.string()).default({}),
      tracked: z.array(z.string()).default([]),
      nested: z.array(z.string()).default([]),
    }),
  )
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'gitignore-cases.fixture.json'), 'utf8')));

describe('what git keeps', () => {
  test.each(cases)('$group: $name', async (one) => {
    const root = temporaryFolder();
    git(root, 'init', '--quiet');
    // Made with git, as a file that is not there any more would be in the index all the same.
    writeTree(root, Object.fromEntries(one.tree.map((path) => [fromText(path), fromText(one.contents[path] ?? 'x')])));
    writeTree(root, Object.fromEntries(Object.entries(one.ignore).map(([path, text]) => [fromText(path), fromText(text)])));
    for (const [path, target] of Object.entries(one.links)) writeLink(root, fromText(path), fromText(target));
    for (const path of one.nested) {
      git(join(root, path), 'init', '--quiet');
      git(join(root, path), 'commit', '--quiet', '--allow-empty', '--message', 'first');
    }
    for (const [key, value] of Object.entries(one.config)) git(root, 'config', key, value);
    if (one.exclude !== undefined) writeTree(root, { '.git/info/exclude': fromText(one.exclude) });
    if (one.excludesFile !== undefined) {
      const folder = temporaryFolder();
      writeTree(folder, { excludes: fromText(one.excludesFile) });
      git(root, 'config', 'core.excludesFile', join(folder, 'excludes'));
    }
    if (one.tracked.length > 0) git(root, 'add', '--force', '--', ...one.tracked);

    // Git knows of no secrets.
    const include = (await scanQuietly(root)).leftOut.filter(({ reason }) => reason === 'secret').map(({ path }) => toText(path));
    const scan = await scanQuietly(root, { include });

    expect(pathsOf(scan).map(toText).sort()).toEqual([...one.expected].sort());
  });
});
