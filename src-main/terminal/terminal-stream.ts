import type { TerminalInput, TerminalTarget } from '../contract/index.ts';
import { openTerminal, type Terminal, type TerminalSession, type TerminalSize } from './terminal.ts';

/** Input that comes before the terminal is open; more than somebody types in that time. */
const earlyInputs = 1_000;

/**
 * A terminal as a stream with input: usable at once, opened when its output is first pulled. What is typed meanwhile is kept and
 * sent in order. It closes when the iteration is left or the signal fires.
 */
export function terminalStream(
  session: TerminalSession,
  target: TerminalTarget,
  size: TerminalSize,
  signal: AbortSignal,
): { readonly chunks: AsyncIterable<Uint8Array>; send(input: TerminalInput): void } {
  const early: TerminalInput[] = [];
  let terminal: Terminal | null = null;

  async function* chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    const opened = await openTerminal(session, target, size);
    const close = (): void => opened.close();
    signal.addEventListener('abort', close, { once: true });
    try {
      if (signal.aborted) return;
      terminal = opened;
      for (const input of early.splice(0)) apply(opened, input);
      yield* opened.output;
    } finally {
      signal.removeEventListener('abort', close);
      close();
    }
  }

  return {
    chunks: chunks(),
    send: (input) => {
      if (terminal) apply(terminal, input);
      else if (early.length < earlyInputs) early.push(input);
    },
  };
}

function apply(terminal: Terminal, input: TerminalInput): void {
  if (input.kind === 'data') terminal.write(input.data);
  else terminal.resize(input.size.cols, input.size.rows);
}
