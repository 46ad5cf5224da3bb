/** Programs that do the same, in a pipe that a reader drains, since GNU tar does not read when it writes to nothing. */
import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

export const pipes = {
  'git | tar': 'git ls-files -co --exclude-standard -z | tar --null -T - -cf - | cat >/dev/null',
  'git | tar | gzip -1': 'git ls-files -co --exclude-standard -z | tar --null -T - -cf - | gzip -1 | cat >/dev/null',
  'rg | tar': "rg --files --hidden -g '!.git' -0 -j2 | tar --null -T - -cf - | cat >/dev/null",
} as const;

export type Pipe = keyof typeof pipes;

/** Milliseconds, the start of the processes included, which they need each time. */
export function timePipe(pipe: Pipe, folder: string): Promise<number> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', pipes[pipe]], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve(performance.now() - began) : reject(new Error(`${pipe} ended with ${code}`))));
  });
}

export async function isInstalled(program: string): Promise<boolean> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = await Promise.allSettled(folders.map((folder) => access(join(folder, program))));
  return found.some(({ status }) => status === 'fulfilled');
}
