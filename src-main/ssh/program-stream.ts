import type { Duplex } from 'node:stream';
import { ExpectedError } from '../contract/index.ts';
import type { Link } from './link.ts';
import { endTagged, newTag, tagged } from './run-command.ts';
import type { ConnectionTarget } from './target.ts';

const keptErrorBytes = 4096;

/** Starts a program whose input and output are a stream. Rejects as running a command does; see {@link SshConnection.openProgram}. */
export async function openProgram(
  link: Link,
  target: ConnectionTarget,
  argv: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Duplex> {
  const tag = newTag();
  const channel = await link.exec(tagged(argv, tag), signal);
  let said = '';
  let ended = false;
  channel.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-keptErrorBytes);
  });
  const stream = link.stream(channel);
  channel.on('close', (code?: number | null, endedBy?: string) => {
    ended = true;
    if (code === 0 || stream.destroyed) return;
    const how = endedBy ? `signal ${endedBy}` : code === undefined || code === null ? null : `exit code ${code}`;
    // Without a code the link broke, which says so itself.
    if (how === null) return;
    const failure = new ExpectedError('command-failed', `A program on “${target.name}” failed with ${how}.`, { detail: said.trim() });
    // What it printed before may not have been read yet.
    if (stream.readableLength === 0) stream.destroy(failure);
    else stream.once('end', () => stream.destroy(failure));
  });
  stream.once('close', () => {
    // It may be in the middle of something that neither reads nor writes.
    if (!ended && link.failure === null) void endTagged(link, tag);
  });
  return stream;
}
