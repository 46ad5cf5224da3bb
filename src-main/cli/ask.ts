import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { CancelledError } from '../contract/index.ts';

/** Whether there is somebody to ask: never true in a script or in CI. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** Throws `CancelledError` at Ctrl-C and at the end of the input. */
export async function askYesNo(question: string): Promise<boolean> {
  return /^(y|yes)$/i.test((await askLine(`${question} [y/N] `)).trim());
}

/** What is typed, as it is. Throws `CancelledError` at Ctrl-C and at the end of the input. */
export async function askLine(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return answerOf(lines, question).catch((error: unknown) => {
    process.stderr.write('\n');
    throw error;
  });
}

/** Asks without showing what is typed. Throws `CancelledError` at Ctrl-C and at the end of the input. */
export async function askSecret(question: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  // It turns the terminal's echo off, so it comes before the question: who types early is not shown either.
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  process.stderr.write(`${question}: `);
  try {
    return await answerOf(lines, '');
  } finally {
    process.stderr.write('\n');
  }
}

/** The terminal is in raw mode meanwhile: Ctrl-C makes no signal, it closes the interface, and without an answer nothing would go on. */
function answerOf(lines: Interface, question: string): Promise<string> {
  return new Promise<string>((resolve, reject) => {
    lines.once('close', () => reject(new CancelledError()));
    lines.question(question, resolve);
  }).finally(() => lines.close());
}
