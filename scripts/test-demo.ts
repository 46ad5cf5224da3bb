import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { listServers } from '../sandbox/index.ts';
import { pollUntil } from '../sandbox/poll.ts';
import { type Counts, noCounts } from './test-counts.ts';

const pictures = resolve(import.meta.dirname, '../test-results/demo');

/** Runs the demo as a user without a display does, and looks at what it says and what it leaves. */
export async function testDemo(): Promise<Counts> {
  const began = Date.now();
  const folder = await mkdtemp(join(tmpdir(), 'longshore-test-demo-'));
  const mark = `LONGSHORE_DEMO_RUN=${randomUUID()}`;
  try {
    const { code, output } = await runDemo(folder, mark);
    const findings: readonly (readonly [string, boolean | string])[] = [
      ['the demo ends well', code === 0 || `it ended with ${code}`],
      ['it says that there is no display', output.includes('There is no display here')],
      ['it really installs', output.includes('Setting it up: Docker, Swarm, network, HAProxy')],
      [
        'the first release is live through HAProxy',
        /^r1 is live\. GET http:\/\/hello\.\S+ through HAProxy on \S+ answers 200:$/m.test(output),
      ],
      ['the page is that of the sample', /answers 200:\n +Hello, harbor\n[\s\S]*\n +Release\n +1\n/.test(output)],
      ['it leaves pictures of the window', await areNew(['deployed.png', 'app.png'], began)],
      ['it leaves no practice server', await noServer()],
      ['it leaves no process', await noProcess(mark)],
      ['it leaves no file of its own', await noFile(folder)],
    ];
    for (const [name, found] of findings)
      console.log(`${found === true ? '✓' : '✗'} ${name}${typeof found === 'string' ? `: ${found}` : ''}`);
    const passed = findings.filter(([, found]) => found === true).length;
    return { ...noCounts, passed, failed: findings.length - passed };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runDemo(temporary: string, mark: string): Promise<{ readonly code: number; readonly output: string }> {
  const [name = '', value = ''] = mark.split('=');
  const { DISPLAY: _, WAYLAND_DISPLAY: __, ...env } = process.env;
  const child = spawn('npm', ['run', '--silent', 'demo'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...env, TMPDIR: temporary, [name]: value },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
    process.stdout.write(chunk);
  });
  const [code] = await once(child, 'close');
  return { code: typeof code === 'number' ? code : 128, output };
}

async function areNew(names: readonly string[], since: number): Promise<boolean | string> {
  for (const name of names) {
    const found = await stat(join(pictures, name)).catch(() => null);
    if (found === null || found.size === 0 || found.mtimeMs < since) return `${name} is not there`;
  }
  return true;
}

/** Neither in the list of servers nor as a mount, a name space or a machine that the list forgot. */
async function noServer(): Promise<boolean | string> {
  const listed = (await listServers()).some(({ name }) => name === 'demo');
  if (listed) return 'it is still in `npm run sandbox -- list`';
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n');
  const names = (await Promise.all(['/run/netns', '/run/systemd/nspawn'].map((path) => readdir(path).catch(() => [])))).flat();
  const left = [...mounts, ...names].filter((line) => /practice-demo\b|[/]demo[ /.]/.test(line));
  return left.length === 0 || left.join(', ');
}

/** Every program of the desktop side has the mark in its environment; those that end by themselves get some seconds. */
async function noProcess(mark: string): Promise<boolean | string> {
  let left: readonly string[] = [];
  const isQuiet = async (): Promise<true | undefined> => {
    left = await processesWith(mark);
    return left.length === 0 ? true : undefined;
  };
  return (await pollUntil(isQuiet, 10_000)) ?? left.join(', ');
}

async function processesWith(mark: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      if (!environment.split('\0').includes(mark)) return [];
      return [`${pid} ${(await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim()}`];
    }),
  );
  return found.flat();
}

/** Of tsx and of Node themselves there may be caches. */
async function noFile(folder: string): Promise<boolean | string> {
  const left = (await readdir(folder)).filter((name) => !/^(tsx-|node-compile-cache|node-jiti|v8-compile-cache)/.test(name));
  return left.length === 0 || left.join(', ');
}
