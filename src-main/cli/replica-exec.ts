import type { ServerSession } from '../servers/types.ts';
import type { Output } from './output.ts';

/**
 * Runs a command in a container: on a terminal of its own when there is one here, else with its output passed on as it comes.
 * Standard input goes along when it is a pipe or a file; a command that does not read it is not held up. Returns its exit code.
 */
export async function runInReplica(
  session: ServerSession,
  container: string,
  command: readonly string[],
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  if (!output.json && process.stdin.isTTY && process.stdout.isTTY) return onTerminal(session, container, command);
  const input = process.stdin.isTTY ? undefined : process.stdin;
  const onOutput = output.json
    ? undefined
    : ({ stream, bytes }: { readonly stream: 'stdout' | 'stderr'; readonly bytes: Buffer }): void => void process[stream].write(bytes);
  const { code, stdout, stderr } = await session.docker.exec(container, command, { signal, input, onOutput, timeoutMs: 0 });
  if (output.json) output.result({ code, stdout, stderr }, '');
  return code;
}

async function onTerminal(session: ServerSession, container: string, command: readonly string[]): Promise<number> {
  const size = { cols: process.stdout.columns || 80, rows: process.stdout.rows || 24 };
  const terminal = await session.docker.execTerminal(container, command, size);
  const onData = (data: Buffer): boolean => terminal.stream.write(data);
  const onResize = (): void => void terminal.resize(process.stdout.columns, process.stdout.rows).catch(() => undefined);
  process.stdin.setRawMode(true).resume().on('data', onData);
  process.stdout.on('resize', onResize);
  try {
    for await (const chunk of terminal.stream) process.stdout.write(chunk as Buffer);
    return (await terminal.exitCode()) ?? 1;
  } finally {
    process.stdin.off('data', onData).setRawMode(false).pause();
    process.stdout.off('resize', onResize);
  }
}
