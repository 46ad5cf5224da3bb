import type { Link } from './link.ts';
import { ptyChannel } from './pty-channel.ts';
import type { PtyChannel } from './types.ts';

/**
 * The second connection of a server, only for shells and only while there are any. A program that floods its terminal fills the
 * connection's window and would hold up every other channel (measured: 48 ms, 708 ms at worst, instead of 1), and shells that stay open for
 * hours would take the places of commands.
 */
export class ShellLink {
  #link: Promise<Link> | null = null;
  #shells = 0;

  constructor(private readonly open: () => Promise<Link>) {}

  /** Opens a shell. Rejects with why the connection could not be made, or `channel-refused`. */
  async shell(size: { readonly cols: number; readonly rows: number }): Promise<PtyChannel> {
    this.#shells += 1;
    try {
      const link = await this.#current();
      const channel = await link.shell(size);
      channel.once('close', () => this.#left());
      return ptyChannel(link, channel);
    } catch (error) {
      this.#left();
      throw error;
    }
  }

  close(): void {
    const closing = this.#link;
    this.#link = null;
    void closing?.then(
      (link) => link.close(),
      () => undefined,
    );
  }

  async #current(): Promise<Link> {
    const held = this.#link;
    if (held) {
      const link = await held.catch(() => null);
      if (link && link.failure === null) return link;
      if (this.#link === held) this.#link = null;
    }
    this.#link ??= this.open();
    return this.#link;
  }

  #left(): void {
    this.#shells -= 1;
    if (this.#shells === 0) this.close();
  }
}
