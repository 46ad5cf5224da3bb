import type { ServerSession } from '../servers/types.ts';
import type { Output } from './output.ts';

/** Reads all of standard input when it is a pipe or a file; undefined when it is a terminal. */
async function pipedInput(): Promise<Uint8Array | undefined> {
  if (process.stdin.isTTY) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? undefined : Buffer.concat(chunks);
}

/** Runs a command in a container: on a terminal of its own when there is one here, else with its output collected. Returns its exit code. */
export async function runInReplica(
  session: ServerSession,
  container: string,
  command: readonly string[],
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  if (!output.json && process.stdin.isTTY && process.stdout.isTTY) return onTerminal(session, container, command);
  const input = await pipedInput();
  const { code, stdout, stderr } = await session.docker.exec(container, command, { signal, ...(input ? { input } : {}) });
  if (output.json) output.result({ code, stdout, stderr }, '');
  else {
    process.stdout.write(stdout);
    process.stderr.write(stderr);
  }
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
