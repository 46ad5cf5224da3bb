import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** Runs with a screen to draw on: the present one, or where there is none a virtual one of its own. Throws when `Xvfb` is missing. */
export async function onDisplay<T>(work: (env: Readonly<Record<string, string>>) => Promise<T>): Promise<T> {
  const present = process.env['DISPLAY'];
  if (present || process.platform !== 'linux') return work(present ? { DISPLAY: present } : {});
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1440x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  try {
    const [number] = await Promise.race([
      once(server.stdio[3] as Readable, 'data'),
      once(server, 'exit').then(() => Promise.reject(new Error('Xvfb did not start, and there is no display'))),
    ]);
    return await work({ DISPLAY: `:${String(number).trim()}` });
  } finally {
    server.kill();
  }
}
