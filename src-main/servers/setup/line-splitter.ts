/** Longer lines are cut: a progress bar without a line end may go on for ever. */
const LONGEST_LINE = 4_000;

/** Turns chunks of a program's output into lines. What a carriage return would overwrite on a terminal is left out. */
export class LineSplitter {
  readonly #decoder = new TextDecoder();
  #rest = '';

  constructor(private readonly onLine: (line: string) => void) {}

  readonly take = (chunk: Uint8Array): void => {
    const lines = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split('\n');
    this.#rest = (lines.pop() ?? '').slice(-LONGEST_LINE);
    for (const line of lines) this.#tell(line);
  };

  end(): void {
    if (this.#rest !== '') this.#tell(this.#rest);
    this.#rest = '';
  }

  #tell(line: string): void {
    const text = line.replace(/\r+$/, '');
    this.onLine(text.slice(text.lastIndexOf('\r') + 1).slice(0, LONGEST_LINE));
  }
}
