import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseGitConfig } from './git-config.ts';
import { git, temporaryFolder } from './test-tree.ts';

const samples = [
  '[core]\n\tignorecase = true\n\texcludesfile = ~/x\n',
  '[Core] ignoreCase\n[core]bare=false;comment\n',
  '[section "Sub.Name"]\n  key = "quoted # value" # comment\n  other = a \\"b\\" c\n',
  '[a]\nlong = one \\\n  two\\\nthree\nnext = "x\\ty\\nz"\n',
  '; comment\n# another\n[include]\n\tpath = other\n[a.b]\nkey=value   \n',
  '[a]\r\nkey = value\r\nempty =\r\nbare\r\n',
  '[a]\nkey = "one  two"   three\nspaces =    x    y   \n',
  '[remote "a\\"b\\\\c"]\n\turl = https://example.com/x.git\n',
];

test.each(samples)('reads %j as git does', (text) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'config'), text);
  const listed = git(folder, 'config', '--file', join(folder, 'config'), '--list', '--null').split('\0').slice(0, -1);
  expect(parseGitConfig(text).map(({ name, value }) => (value === null ? name : `${name}\n${value}`))).toEqual(listed);
});

test('survives what is not a config file', () => {
  expect(parseGitConfig('[[[\n]]]\n= x\n"\u0000')).toEqual([]);
});
