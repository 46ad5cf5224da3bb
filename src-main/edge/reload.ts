import { poll } from '../base/wait.ts';
import { ExpectedError } from '../contract/index.ts';
import type { Docker } from '../docker/types.ts';
import { fingerprintOf } from './config.ts';
import { withoutExpected } from './files.ts';
import type { Runtime } from './runtime.ts';
import { parseDescription, parseProcesses } from './runtime-answers.ts';

const RELOAD_WITHIN_MS = 60_000;

/** Whether the HAProxy that serves was started with this very text. */
export async function runsConfig(runtime: Runtime, config: string, signal?: AbortSignal): Promise<boolean> {
  return isLoaded(await runtime.api('show info', parseDescription, signal), config);
}

/**
 * Makes HAProxy take the configuration file, and waits until a new worker serves by it. Connections that are open stay with the old worker.
 * Neither the signal nor the master's `reload` command says whether it worked (2.6), so that both sides are looked at: the master counts
 * failed reloads, and the worker names the text it runs.
 */
export async function reload(
  docker: Pick<Docker, 'killContainer' | 'logs'>,
  runtime: Runtime,
  container: string,
  config: string,
  signal?: AbortSignal,
): Promise<void> {
  const before = await runtime.master('show proc', parseProcesses, signal);
  await docker.killContainer(container, 'SIGUSR2');
  const outcome = await poll(
    async () => {
      const description = await runtime.tryApi('show info', parseDescription, signal);
      if (description !== undefined && isLoaded(description, config)) return 'loaded';
      const processes = await runtime.tryMaster('show proc', parseProcesses, signal);
      return processes && processes.failedReloads > before.failedReloads ? 'failed' : undefined;
    },
    { everyMs: 150, withinMs: RELOAD_WITHIN_MS, signal },
  );
  if (outcome === 'loaded') return;
  throw new ExpectedError(
    outcome === 'failed' ? 'edge-failed' : 'edge-unavailable',
    outcome === 'failed'
      ? 'HAProxy could not load its new configuration; the old one goes on serving'
      : 'HAProxy did not say in time whether it took its new configuration',
    { detail: await lastLines(docker, container), next: 'Try again; if it stays like this, run the set-up of this server.' },
  );
}

function isLoaded(description: string, config: string): boolean {
  const fingerprint = fingerprintOf(config);
  return fingerprint !== null && description === `longshore-${fingerprint}`;
}

/** What HAProxy said last, which explains a reload that failed. */
export async function lastLines(docker: Pick<Docker, 'logs'>, container: string): Promise<string> {
  const lines: string[] = [];
  try {
    for await (const line of docker.logs(container, { follow: false, tail: 500, signal: AbortSignal.timeout(10_000) }))
      lines.push(line.text);
  } catch (error) {
    lines.push(error instanceof Error ? error.message : String(error));
  }
  return withoutExpected(lines.join('\n')).split('\n').slice(-30).join('\n');
}
