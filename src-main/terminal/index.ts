/** Interactive terminals on a server or in a container. Knows the session of a server, and neither windows nor how a stream crosses to them. */
export { openTerminal, type Terminal, type TerminalSession } from './terminal.ts';
export { terminalStream } from './terminal-stream.ts';
