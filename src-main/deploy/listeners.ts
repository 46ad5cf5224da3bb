/** A TCP port on which something in a container accepts connections. */
export interface Listener {
  readonly port: number;
  /** Reached from inside the container only. */
  readonly loopback: boolean;
}

const listenState = '0A';
/** Docker's own DNS server listens here in every container of an overlay network. */
const dockerDns = '127.0.0.11';

/**
 * The listening sockets in the text of `/proc/net/tcp` and `/proc/net/tcp6` (proc(5): addresses are hexadecimal words in the host's
 * byte order, which is little-endian on all that Docker runs on here).
 */
export function parseListeners(text: string): Listener[] {
  const found = new Map<string, Listener>();
  for (const line of text.split('\n')) {
    const match = /^\s*\d+:\s+([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})\s+[0-9A-F]+:[0-9A-F]+\s+([0-9A-F]{2})\s/i.exec(line);
    const [, words, hexPort, state] = match ?? [];
    if (!words || !hexPort || state?.toUpperCase() !== listenState) continue;
    const address = bytesOf(words);
    if (isIpv4(address, dockerDns)) continue;
    const port = Number.parseInt(hexPort, 16);
    const loopback = isLoopback(address);
    const known = found.get(String(port));
    found.set(String(port), { port, loopback: loopback && (known?.loopback ?? true) });
  }
  return [...found.values()].sort((one, other) => one.port - other.port);
}

/** Each group of eight digits is one word with its lowest byte first. */
function bytesOf(words: string): number[] {
  const bytes: number[] = [];
  for (let word = 0; word < words.length; word += 8) {
    for (let byte = 6; byte >= 0; byte -= 2) bytes.push(Number.parseInt(words.slice(word + byte, word + byte + 2), 16));
  }
  return bytes;
}

function isLoopback(bytes: readonly number[]): boolean {
  const tail = ipv4Tail(bytes);
  if (tail) return tail[0] === 127;
  return bytes.every((byte, index) => byte === (index === 15 ? 1 : 0));
}

function isIpv4(bytes: readonly number[], address: string): boolean {
  return ipv4Tail(bytes)?.join('.') === address;
}

/** The four bytes of an IPv4 address, or of one mapped into IPv6 (::ffff:a.b.c.d). */
function ipv4Tail(bytes: readonly number[]): readonly number[] | null {
  if (bytes.length === 4) return bytes;
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  return mapped ? bytes.slice(12) : null;
}
