import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ErrorShape, TerminalInput } from '../../../src-main/contract/index.ts';
import { isMac } from '../../ui/keys.ts';
import { visibleText } from '../logs/ansi.ts';
import { linkPattern, type TerminalLink, terminalLink } from './links.ts';
import { inPieces, needsConfirmation, type Paste, preparePaste } from './paste.ts';
import { terminalTheme } from './terminal-theme.ts';

export interface TerminalSize {
  readonly cols: number;
  readonly rows: number;
}

export interface TerminalState {
  readonly status: 'opening' | 'open' | 'ended' | 'failed';
  readonly error: ErrorShape | null;
  readonly size: TerminalSize;
  /** What the program inside calls itself; untrusted. */
  readonly title: string;
  /** A paste of several lines that waits for a yes. */
  readonly paste: Paste | null;
  /** A link that was clicked and waits for a yes. */
  readonly link: TerminalLink | null;
  readonly searching: boolean;
  readonly results: { readonly index: number; readonly count: number } | null;
}

/** The way out of the window, given by the caller. */
export interface TerminalPort {
  readonly open: (
    size: TerminalSize,
    handlers: { readonly onData: (bytes: Uint8Array, acknowledge: () => void) => void; readonly onEnd: (error: ErrorShape | null) => void },
  ) => { readonly send: (input: TerminalInput) => void; readonly close: () => void };
  readonly readClipboard: () => Promise<string>;
  readonly writeClipboard: (text: string) => void;
  readonly copyOnSelect: () => boolean;
  readonly fontSize: () => number;
}

export const scrollback = 10_000;
const longestTitle = 80;

/** Leaves whatever the lost program had switched on: other screen, mouse reports, bracketed paste, hidden cursor, colours. */
const leaveModes = '\x1b[?1049l\x1b[?1000;1002;1003;1006l\x1b[?2004l\x1b[?25h\x1b[!p\x1b[0m';

/**
 * One shell: an xterm.js terminal and the stream behind it. It lives outside of React, so that changing the view or losing the
 * connection keeps what is on the screen. Only text and clicks of the user act: OSC 52 has no handler, window reports stay off,
 * links are https and asked about.
 */
export class TerminalSession {
  readonly store: StoreApi<TerminalState>;
  /** What a view puts into the page. */
  readonly element: HTMLDivElement = document.createElement('div');
  readonly #port: TerminalPort;
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #search = new SearchAddon({ highlightLimit: 1000 });
  #stream: ReturnType<TerminalPort['open']> | null = null;
  #opened = false;
  #disposed = false;

  constructor(port: TerminalPort) {
    this.#port = port;
    this.element.className = 'terminal-host';
    this.#terminal = new Terminal({
      // The search addon's decorations count as proposed.
      allowProposedApi: true,
      cursorBlink: false,
      fontFamily: "'JetBrains Mono', ui-monospace, monospace",
      fontSize: port.fontSize(),
      lineHeight: 1.2,
      linkHandler: { activate: (_, text) => this.#askLink(text) },
      macOptionIsMeta: true,
      minimumContrastRatio: 3,
      scrollback,
      theme: terminalTheme(getComputedStyle(document.documentElement)),
    });
    this.store = createStore<TerminalState>(() => ({
      status: 'opening',
      error: null,
      size: { cols: this.#terminal.cols, rows: this.#terminal.rows },
      title: '',
      paste: null,
      link: null,
      searching: false,
      results: null,
    }));
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.loadAddon(this.#search);
    this.#terminal.loadAddon(new WebLinksAddon((_, uri) => this.#askLink(uri), { urlRegex: linkPattern }));
    this.#terminal.onData((data) => this.#send(data));
    this.#terminal.onResize((size) => {
      this.store.setState({ size });
      this.#stream?.send({ kind: 'resize', size });
    });
    this.#terminal.onTitleChange((title) => this.store.setState({ title: visibleText(title).slice(0, longestTitle) }));
    this.#terminal.attachCustomKeyEventHandler((event) => this.#onKey(event));
    this.#search.onDidChangeResults(({ resultIndex, resultCount }) =>
      this.store.setState({ results: { index: resultIndex, count: resultCount } }),
    );
    this.element.addEventListener('paste', (event) => this.#onPaste(event), { capture: true });
    this.element.addEventListener('mouseup', () => this.#onMouseUp());
  }

  /** Called when the element stands in the page; the first time it starts the shell at the size that it found. */
  async shown(): Promise<void> {
    // The cell is measured when the terminal opens: with the fallback font every column would be off.
    await document.fonts.load(`${this.#port.fontSize()}px 'JetBrains Mono'`).catch(() => []);
    if (this.#disposed || !this.element.isConnected) return;
    if (!this.#opened) {
      this.#opened = true;
      this.#terminal.open(this.element);
    }
    this.fit();
    if (this.#stream === null && this.store.getState().status === 'opening') this.#connect();
  }

  fit(): void {
    if (this.#opened && this.element.clientWidth > 0 && this.element.clientHeight > 0) this.#fit.fit();
  }

  refreshLook(): void {
    this.#terminal.options.theme = terminalTheme(getComputedStyle(document.documentElement));
    this.#terminal.options.fontSize = this.#port.fontSize();
    this.fit();
  }

  focus(): void {
    this.#terminal.focus();
  }

  /** A new shell under what is on the screen. */
  reconnect(): void {
    if (this.#stream !== null || this.#disposed) return;
    this.#terminal.write(`${leaveModes}\r\n\x1b[2m── new shell ──\x1b[0m\r\n`);
    this.store.setState({ status: 'opening', error: null, title: '' });
    this.#connect();
  }

  copy(): boolean {
    const text = this.#terminal.getSelection();
    if (text === '') return false;
    this.#port.writeClipboard(text);
    return true;
  }

  async paste(): Promise<void> {
    // Before a question is asked: when it is answered the focus goes back to where it was, and on the button Enter would paste again.
    this.focus();
    this.#takePaste(await this.#port.readClipboard());
  }

  answerPaste(accepted: boolean): void {
    const { paste } = this.store.getState();
    this.store.setState({ paste: null });
    if (accepted && paste !== null) this.#terminal.paste(paste.text);
    this.focus();
  }

  answerLink(): void {
    this.store.setState({ link: null });
    this.focus();
  }

  setSearching(searching: boolean): void {
    this.store.setState({ searching, results: null });
    if (searching) return;
    this.#search.clearDecorations();
    this.focus();
  }

  find(query: string, direction: 'next' | 'previous', incremental = false): void {
    if (query === '') {
      this.#search.clearDecorations();
      this.store.setState({ results: null });
      return;
    }
    const options = { incremental, decorations: searchColors };
    if (direction === 'next') this.#search.findNext(query, options);
    else this.#search.findPrevious(query, options);
  }

  dispose(): void {
    this.#disposed = true;
    this.#stream?.close();
    this.#stream = null;
    this.#terminal.dispose();
    this.element.remove();
  }

  #connect(): void {
    const size = { cols: this.#terminal.cols, rows: this.#terminal.rows };
    this.store.setState({ size });
    this.#stream = this.#port.open(size, {
      onData: (bytes, acknowledge) => {
        if (this.#disposed) return;
        if (this.store.getState().status === 'opening') this.store.setState({ status: 'open' });
        // Acknowledged once it is drawn: this is what pauses the far end under a flood.
        this.#terminal.write(bytes, acknowledge);
      },
      onEnd: (error) => {
        this.#stream = null;
        if (!this.#disposed) this.store.setState({ status: error === null ? 'ended' : 'failed', error });
      },
    });
  }

  #send(data: string): void {
    for (const piece of inPieces(data)) this.#stream?.send({ kind: 'data', data: piece });
  }

  #askLink(text: string): void {
    const link = terminalLink(text);
    if (link !== null) this.store.setState({ link });
  }

  #onPaste(event: ClipboardEvent): void {
    event.preventDefault();
    event.stopPropagation();
    this.#takePaste(event.clipboardData?.getData('text/plain') ?? '');
  }

  #takePaste(raw: string): void {
    const paste = preparePaste(raw);
    if (paste.text === '') return;
    if (needsConfirmation(paste)) this.store.setState({ paste });
    else this.#terminal.paste(paste.text);
  }

  #onMouseUp(): void {
    if (this.#port.copyOnSelect()) this.copy();
  }

  /** False keeps the key from the program. */
  #onKey(event: KeyboardEvent): boolean {
    if (event.type !== 'keydown') return true;
    const command = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && event.shiftKey;
    const key = event.key.toLowerCase();
    if (command && key === 'c') return this.#handled(event, () => this.copy());
    if (command && key === 'v') return this.#handled(event, () => void this.paste());
    const find = key === 'f' && (isMac ? event.metaKey : event.ctrlKey);
    // On the other screen (vim, less) Ctrl-F turns the page: there it needs Shift.
    const belongsToProgram = !isMac && !event.shiftKey && this.#terminal.buffer.active.type === 'alternate';
    if (find && !belongsToProgram) return this.#handled(event, () => this.setSearching(true));
    return true;
  }

  #handled(event: KeyboardEvent, act: () => unknown): false {
    event.preventDefault();
    event.stopPropagation();
    act();
    return false;
  }
}

const searchColors = {
  matchBackground: '#6b4e00',
  matchOverviewRuler: '#6b4e00',
  activeMatchBackground: '#b07d12',
  activeMatchColorOverviewRuler: '#f0b429',
};
