import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commandLine } from './quote.ts';

/** What a shell makes of the command line: printf writes each of its arguments, ended by NUL. */
function argumentsSeenBy(shell: string, args: readonly string[]): string[] {
  const output = execFileSync(shell, ['-c', commandLine(['printf', '%s\\0', ...args])], { maxBuffer: 64 * 1024 * 1024 });
  return output.toString('utf8').split('\0').slice(0, -1);
}

/** A small generator with a seed, so that a failure can be had again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const hostile = [
  "'",
  '"',
  '\\',
  '$',
  '`',
  '!',
  '#',
  '~',
  '*',
  '?',
  '[',
  ']',
  '{',
  '}',
  '(',
  ')',
  '<',
  '>',
  '|',
  '&',
  ';',
  '%',
  '=',
  '^',
  ' ',
  '\t',
  '\n',
  '\r',
  '\u001b[2J',
  '\u202e',
  '-',
  '--',
  'a',
  'é',
  '漢',
  '😀',
  '$(id)',
  '`id`',
  "'\\''",
  '\\\n',
  '&&',
  '\u0007',
];
const shells = ['/bin/sh', '/bin/dash', '/bin/bash', '/bin/zsh', '/usr/bin/fish'].filter((shell) => existsSync(shell));

describe('commandLine', () => {
  it.each(shells)('hands every string on unchanged to %s', (shell) => {
    const seed = Date.now() % 1_000_000;
    const next = random(seed);
    for (let round = 0; round < 40; round += 1) {
      const args = Array.from({ length: 100 }, () =>
        Array.from({ length: Math.floor(next() * 12) }, () => hostile[Math.floor(next() * hostile.length)] ?? '').join(''),
      );
      expect(argumentsSeenBy(shell, args), `seed ${seed}`).toEqual(args);
    }
  });

  it('runs the program named, even when its name is a word of the shell', () => {
    expect(() => execFileSync('/bin/sh', ['-c', commandLine(['if'])], { stdio: 'pipe' })).toThrow(/not found/);
  });

  it('refuses what a command line cannot carry', () => {
    expect(() => commandLine(['echo', 'a\0b'])).toThrow(/NUL/);
    expect(() => commandLine([])).toThrow(/name of a program/);
    expect(() => commandLine([''])).toThrow(/name of a program/);
    expect(() => commandLine(['A=b', 'id'])).toThrow(/name of a program/);
  });
});
