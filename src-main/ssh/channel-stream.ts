import { Duplex } from 'node:stream';
import type { ClientChannel } from 'ssh2';

/**
 * A forwarded-socket channel as a Duplex that keeps Node's promises. ssh2's own does not: when the connection goes, a pending write
 * never calls back, a paused reader hears nothing, and `destroy(error)` forgets the error.
 */
export class ChannelStream extends Duplex {
  #writing: ((error?: Error | null) => void) | null = null;
  #closed = false;

  /** `onGone` is called once, when the channel needs no place any more. */
  constructor(
    private readonly channel: ClientChannel,
    private readonly onGone: () => void,
  ) {
    super({ allowHalfOpen: true, highWaterMark: 256 * 1024 });
    channel.pause();
    channel.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) channel.pause();
    });
    channel.on('end', () => this.push(null));
    channel.on('error', (error: Error) => this.destroy(error));
    channel.on('close', () => this.#remoteClosed());
    // Nothing comes on it for a forwarded socket, but an unread stream would hold the channel's end back.
    channel.stderr.resume();
  }

  override _read(): void {
    this.channel.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    if (this.#closed) {
      callback(broken());
      return;
    }
    this.#writing = callback;
    this.channel.write(chunk, (error) => {
      if (this.#writing !== callback) return;
      this.#writing = null;
      callback(error);
    });
  }

  override _final(callback: (error?: Error | null) => void): void {
    if (!this.#closed) this.channel.end();
    callback();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#settleWrite(error ?? broken());
    this.channel.removeAllListeners('data');
    if (!this.#closed) {
      // What still comes is thrown away, so that the channel gets to its end.
      this.channel.resume();
      this.channel.close();
    }
    this.onGone();
    callback(error);
  }

  #remoteClosed(): void {
    this.#closed = true;
    // What arrived before may not have been read yet.
    if (this.readableEnded || this.readableLength === 0) this.#endOfWriting();
    else this.once('end', () => this.#endOfWriting());
  }

  #endOfWriting(): void {
    if (this.destroyed) return;
    if (this.#writing) this.#settleWrite(broken());
    else if (!this.writableEnded) this.end();
  }

  #settleWrite(error: Error): void {
    const callback = this.#writing;
    this.#writing = null;
    callback?.(error);
  }
}

function broken(): Error {
  return Object.assign(new Error('The other side closed the channel'), { code: 'EPIPE' });
}
