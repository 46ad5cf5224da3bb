import { withDeadline } from '../base/wait.ts';
import { ExpectedError, isCancellation, type PortKey } from '../contract/index.ts';
import type { SshConnection } from '../ssh/types.ts';
import { folderName, HOST_FOLDER } from './spec.ts';

const ANSWER_WITHIN_MS = 5_000;

/**
 * One command to the HAProxy of a port. Undefined when it does not answer now, as while it starts; that is unknown, never nothing. The
 * loss of the SSH connection is still an error.
 */
export async function askProxy(
  connection: Pick<SshConnection, 'openSocket'>,
  port: PortKey,
  command: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const deadline = withDeadline(ANSWER_WITHIN_MS, signal);
  const onAbort = (): void => {
    channel?.destroy();
  };
  let channel: Awaited<ReturnType<SshConnection['openSocket']>> | undefined;
  try {
    channel = await connection.openSocket(`${HOST_FOLDER}/${folderName(port)}/api.sock`, deadline);
    deadline.addEventListener('abort', onAbort, { once: true });
    channel.end(`${command}\n`);
    const chunks: Buffer[] = [];
    for await (const chunk of channel as AsyncIterable<Buffer>) chunks.push(chunk);
    const answer = Buffer.concat(chunks).toString('utf8');
    return deadline.aborted || answer === '' ? undefined : answer;
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (deadline.aborted) return undefined;
    if (isCancellation(error)) throw error;
    if (error instanceof ExpectedError ? error.code === 'channel-refused' : isBroken(error)) return undefined;
    throw error;
  } finally {
    deadline.removeEventListener('abort', onAbort);
    channel?.destroy();
  }
}

function isBroken(error: unknown): boolean {
  return (
    error instanceof Error && /premature close|ECONNRESET|EPIPE|hang up/i.test(`${error.message} ${'code' in error ? error.code : ''}`)
  );
}
