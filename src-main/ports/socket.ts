import type { PortKey } from '../contract/index.ts';
import { askSocket } from '../edge/index.ts';
import type { SshConnection } from '../ssh/types.ts';
import { folderName, HOST_FOLDER } from './spec.ts';

const ANSWER_WITHIN_MS = 5_000;

/** One command to the HAProxy of a port. Undefined when it does not answer now, or says nothing. */
export async function askProxy(
  connection: Pick<SshConnection, 'openSocket'>,
  port: PortKey,
  command: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const answer = await askSocket(connection, `${HOST_FOLDER}/${folderName(port)}/api.sock`, command, ANSWER_WITHIN_MS, signal);
  return answer === '' ? undefined : answer;
}
