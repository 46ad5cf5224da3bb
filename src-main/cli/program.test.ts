import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { noChoices } from '../contract/index.ts';
import type { Services } from '../services.ts';
import { exitCodes } from './output.ts';
import { runProgram } from './program.ts';

afterEach(() => void vi.restoreAllMocks());

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line in this process, over a data folder in which there is no server, or one named “known” that nothing can be done with. */
async function longshore(...args: readonly string[]): Promise<Ran> {
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      written[name] += String(chunk);
      return true;
    });
  }
  const services = {
    store: { recovered: [] },
    servers: { list: () => [], find: (name: string) => (name === 'known' ? { profile: { id: 'known', name } } : undefined) },
    choices: { of: () => noChoices },
    dispose: () => undefined,
  };
  const code = await runProgram(args, { version: '1.2.3', open: async () => services as unknown as Services });
  vi.restoreAllMocks();
  return { code, ...written };
}

describe('exit codes', () => {
  it.each([
    [['--version'], exitCodes.ok],
    [['help', 'deploy'], exitCodes.ok],
    [['servers', 'list'], exitCodes.ok],
    [['apps'], exitCodes.ok],
    [['frobnicate'], exitCodes.usage],
    [['deploy', '.', '--app', 'shop'], exitCodes.usage],
    [['deploy', '.', '--server', 'a', '--app', 'Not-Valid'], exitCodes.usage],
    [['deploy', '.', '--server', 'a', '--app', 'shop', '--port', 'x'], exitCodes.usage],
    [['deploy', '.', '--server', 'a', '--app', 'shop'], exitCodes.failed],
    [['servers', 'remove', 'a'], exitCodes.failed],
    [['rollback', 'shop', 'last'], exitCodes.usage],
    [['rollback', 'shop', 'r3'], exitCodes.failed],
    [['exec', 'shop'], exitCodes.usage],
    [['scale', 'shop'], exitCodes.usage],
    [['scale', 'shop', 'two'], exitCodes.usage],
    [['scale', 'shop', '0'], exitCodes.usage],
    [['scale', 'shop', '33'], exitCodes.usage],
    [['scale', 'shop', '2'], exitCodes.failed],
    [['restart', 'Not-Valid'], exitCodes.usage],
    [['restart', 'shop'], exitCodes.failed],
    [['stop', 'shop'], exitCodes.failed],
    [['start', 'shop'], exitCodes.failed],
    // There is no terminal here, so nobody to ask.
    [['remove', 'shop'], exitCodes.usage],
    [['remove', 'shop', '--yes'], exitCodes.failed],
    [['settings', 'shop'], exitCodes.failed],
    [['settings', 'shop', '--port', '70000'], exitCodes.usage],
    [['settings', 'shop', '--env', '9A=x'], exitCodes.usage],
    [['settings', 'shop', '--unset', '9A'], exitCodes.usage],
    [['settings', 'shop', '--env', 'A=x', '--unset', 'A'], exitCodes.usage],
    [['settings', 'shop', '--domain', 'a.example.com', '--no-domains'], exitCodes.usage],
    [['lease', 'shop'], exitCodes.failed],
    [['releases', 'shop', '--changes'], exitCodes.failed],
    [['releases', 'shop', '--changes', '1..'], exitCodes.usage],
    [['releases', 'shop', '--changes', 'r1..r2'], exitCodes.failed],
    [['logs', 'shop', '--since', '10'], exitCodes.usage],
    [['logs', 'shop', '--tail', '100001'], exitCodes.usage],
    [['logs', 'shop', '--tail', '-1'], exitCodes.usage],
    [['logs', 'shop', '--since', '10m', '--tail', '0'], exitCodes.failed],
  ])('%j', async (args, code) => {
    const ran = await longshore(...args);
    expect(ran.code, ran.stderr).toBe(code);
    if (code !== exitCodes.ok) expect(ran.stderr).not.toBe('');
  });

  it('go with an error as the last line where JSON is wanted', async () => {
    const ran = await longshore('logs', 'shop', '--since', '10', '--json');
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: 'invalid-input', next: expect.stringContaining('10m, 2h') } });
  });
});

describe('what ends up in the log of CI', () => {
  it.each([
    [['--env', '9A=hunter2'], '--env 9A: A variable name'],
    [['--env', 'hunter2!'], '--env number 1: A variable name'],
    [['--evn=A=hunter2'], "unknown option '--evn'"],
  ])('holds no value of %j', async (flags, words) => {
    for (const command of [
      ['deploy', '.', '--server', 'known', '--app', 'shop'],
      ['settings', 'shop', '--server', 'known'],
    ]) {
      const ran = await longshore(...command, ...flags, '--json');
      expect(ran.code).toBe(exitCodes.usage);
      expect(ran.stderr).toContain(words);
      expect(ran.stderr + ran.stdout).not.toContain('hunter2');
    }
  });
});

describe('docs/command-line.md', () => {
  const docs = readFileSync(new URL('../../docs/command-line.md', import.meta.url), 'utf8');
  const commands = [
    'servers add',
    'servers edit',
    'servers list',
    'servers setup',
    'servers remove',
    'deploy',
    'apps',
    'releases',
    'rollback',
    'logs',
    'exec',
    'scale',
    'restart',
    'stop',
    'start',
    'pause',
    'resume',
    'remove',
    'settings',
    'lease',
    'archive',
    'certs list',
    'certs get',
    'certs install',
    'certs remove',
    'certs https',
    'certs remove-renewer',
    'routes list',
    'routes add',
    'routes edit',
    'routes remove',
    'routes balancers',
    'edge diff',
    'ports list',
    'ports add',
    'ports edit',
    'ports remove',
    'edge update',
  ];
  const groups = ['servers', 'certs', 'routes', 'ports', 'edge'];

  it('has every command', async () => {
    const listed = async (...path: string[]): Promise<string[]> => {
      const help = (await longshore(...path, '--help')).stdout;
      const names = (help.split('Commands:')[1] ?? '').matchAll(/^ {2}([a-z-]+)/gm);
      return [...names].flatMap(([, name]) => (name === undefined || name === 'help' ? [] : [[...path, name].join(' ')]));
    };
    const all = (await listed()).filter((name) => !groups.includes(name) && commands.includes(name));
    for (const group of groups) all.push(...(await listed(group)));
    expect(all.sort()).toEqual([...commands].sort());
    expect((await listed()).filter((name) => !commands.includes(name))).toEqual(groups);
  });

  it.each(commands)('has %s with its flags', async (command) => {
    const begin =
      docs.indexOf(`\`longshore ${command} `) >= 0 ? docs.indexOf(`\`longshore ${command} `) : docs.indexOf(`\`longshore ${command}\``);
    expect(begin, `longshore ${command}`).toBeGreaterThan(0);
    const help = (await longshore(...command.split(' '), '--help')).stdout;
    for (const [flag] of help.matchAll(/--[a-z-]+/g)) if (flag !== '--help') expect(docs).toContain(flag);
  });

  it('has every exit code, and so has --help', async () => {
    const help = (await longshore('--help')).stdout;
    for (const code of Object.values(exitCodes)) {
      expect(docs).toMatch(new RegExp(`^\\| ${code} +\\| `, 'm'));
      expect(help).toMatch(new RegExp(`^  ${code} +\\S`, 'm'));
    }
  });
});
