import type { ClientChannel } from 'ssh2';
import { PushIterable } from '../base/push-iterable.ts';
import type { Link } from './link.ts';
import type { PtyChannel } from './types.ts';

/** Chunks (32 KiB at most each) that may wait to be taken before the channel is paused; SSH's window then stops the server. */
const waitingChunks = 8;

/** A shell's channel as a terminal. Its output ends when the program ends, and fails with `ssh-lost` when the link is lost. */
export function ptyChannel(link: Link, channel: ClientChannel): PtyChannel {
  const output = new PushIterable<Uint8Array>({
    highWater: waitingChunks,
    onFull: () => channel.pause(),
    onDrain: () => channel.resume(),
    onReturn: () => close(),
  });
  let open = true;
  const atLoss = link.onLost((error) => {
    open = false;
    output.end(error);
  });
  const close = (): void => {
    if (!open) return;
    open = false;
    atLoss.dispose();
    output.end();
    channel.removeAllListeners('data').resume();
    channel.close();
  };
  channel.on('data', (chunk: Buffer) => output.push(chunk));
  channel.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  channel.on('error', () => undefined);
  channel.on('close', () => {
    if (link.failure) output.end(link.failure);
    else close();
  });
  return {
    output,
    write: (data) => {
      if (open) channel.write(data);
    },
    resize: (cols, rows) => {
      if (open) channel.setWindow(rows, cols, 0, 0);
    },
    close,
  };
}
