import { poll } from '../base/wait.ts';
import { ExpectedError } from '../contract/index.ts';
import type { Docker } from '../docker/types.ts';
import type { SshConnection } from '../ssh/types.ts';
import { configAge, withoutExpected } from './files.ts';
import { fingerprintOf } from './render/config.ts';
import type { Runtime } from './runtime.ts';
import { parseDescription, parseProcesses, parseUptime } from './runtime-answers.ts';

const RELOAD_WITHIN_MS = 60_000;

/**
 * Whether the HAProxy that serves runs this very text, as far as can be known: it names the text that Longshore gave it, also after an edit
 * that kept the name. So what the file was changed after its start counts as not loaded, even where the file is as it should be again.
 */
export async function runsConfig(
  connection: Pick<SshConnection, 'name' | 'script'>,
  runtime: Runtime,
  config: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const { description, uptime } = await runtime.api('show info', parseStart, signal);
  if (!isLoaded(description, config)) return false;
  // Asked for second: a slow answer may make the file look older than it is, never younger.
  const age = await configAge(connection, signal);
  return age === null || !changedSinceStart(age, uptime);
}

/** Both are whole seconds, cut off: a file written just before a reload must not look younger than the worker. */
export function changedSinceStart(age: number, uptime: number): boolean {
  return age + 2 <= uptime;
}

/** `show info`: what is loaded, and for how many seconds. */
export function parseStart(answer: string): { readonly description: string; readonly uptime: number } | undefined {
  const description = parseDescription(answer);
  const uptime = parseUptime(answer);
  return description === undefined || uptime === undefined ? undefined : { description, uptime };
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

export function isLoaded(description: string, config: string): boolean {
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
