import { isAscii, toBuffer } from './byte-path.ts';

export const SECTOR = 512;

/** Every time in an archive lies in the year after this (2001-09-09), in seconds. */
const FIRST_TIME = 1_000_000_000;
const TIME_SPAN = 31_536_000;
/** Eleven octal digits: what a plain header can say of a size (8 GiB less one byte). */
const LARGEST_PLAIN_SIZE = 0o77777777777;
/** A plain header holds so many bytes of a name. */
const PLAIN_NAME = 100;

const field = { mode: 100, size: 124, time: 136, sum: 148, type: 156, link: 157 } as const;

/** What is written of one entry. Names are byte strings. */
export interface TarEntry {
  readonly path: string;
  readonly kind: 'file' | 'link' | 'directory';
  readonly executable: boolean;
  readonly bytes: number;
  /** Where a link leads. */
  readonly target: string;
  /** Seconds. */
  readonly time: number;
}

/** The time of folders and links, in seconds. */
export const fixedTime = FIRST_TIME;

/**
 * The time that a file gets in the archive, in seconds: the same content has the same time on every computer, another
 * content almost surely another one. Real times would give the same tree different bytes (and are what neither a build
 * nor an app needs, so that those before 1970 and after 2038 are no matter); one fixed time for all would make web
 * servers that build their ETag of time and size (nginx, express) answer "not modified" for an edit that keeps the size.
 * `digest` is 32 bits of the content.
 */
export function timeOf(digest: number): number {
  return FIRST_TIME + (digest % TIME_SPAN);
}

/**
 * What stands before an entry whose names or size do not fit a plain header: a pax record (POSIX.1-2001) with the exact
 * bytes, whole sectors long. Null where a plain header can hold them.
 */
export function paxRecord(entry: TarEntry): Buffer | null {
  const records: Buffer[] = [];
  if (!isPlain(entry.path)) records.push(record('path', entry.path));
  if (!isPlain(entry.target)) records.push(record('linkpath', entry.target));
  if (entry.bytes > LARGEST_PLAIN_SIZE) records.push(record('size', String(entry.bytes)));
  if (records.length === 0) return null;
  const body = Buffer.concat(records);
  const header = Buffer.alloc(SECTOR);
  encode(header, 0, template('x', 0o644), 'PaxHeader', '', body.length, fixedTime);
  return Buffer.concat([header, body, Buffer.alloc(padding(body.length))]);
}

/** Writes the entry's plain header (ustar) at `at`. What does not fit it stands in {@link paxRecord}. */
export function writeHeader(block: Buffer, at: number, entry: TarEntry): void {
  const start =
    entry.kind === 'file' ? (entry.executable ? executableStart : fileStart) : entry.kind === 'link' ? linkStart : directoryStart;
  const path = isPlain(entry.path) ? entry.path : 'PaxHeader';
  const target = isPlain(entry.target) ? entry.target : 'PaxHeader';
  encode(block, at, start, path, target, entry.bytes, entry.time);
}

/** How many bytes bring `size` to a whole sector. */
export function padding(size: number): number {
  return (SECTOR - (size % SECTOR)) % SECTOR;
}

interface HeaderStart {
  readonly bytes: Buffer;
  /** Of its bytes, with blanks for the sum itself. */
  readonly sum: number;
}

const fileStart = template('0', 0o644);
const executableStart = template('0', 0o755);
const linkStart = template('2', 0o777);
const directoryStart = template('5', 0o755);

/** Owners are 0. Setuid and what others may write never get here. */
function template(type: string, mode: number): HeaderStart {
  const bytes = Buffer.alloc(SECTOR);
  for (const [at, digits] of [
    [field.mode, mode.toString(8).padStart(6, '0')],
    [108, '000000'],
    [116, '000000'],
    [329, '000000'],
    [337, '000000'],
  ] as const) {
    bytes.write(`${digits} \0`, at, 'latin1');
  }
  bytes.write('00000000000 00000000000         ', field.size, 'latin1');
  bytes.write(type, field.type, 'latin1');
  bytes.write('ustar\x0000', 257, 'latin1');
  return { bytes, sum: bytes.reduce((sum, byte) => sum + byte, 0) };
}

function encode(block: Buffer, at: number, start: HeaderStart, name: string, link: string, size: number, time: number): void {
  block.set(start.bytes, at);
  let { sum } = start;
  sum += putText(block, at, name);
  if (link !== '') sum += putText(block, at + field.link, link);
  sum += size > LARGEST_PLAIN_SIZE ? putLargeSize(block, at + field.size, size) : putOctal(block, at + field.size, 11, size);
  sum += putOctal(block, at + field.time, 11, time);
  // The digits of the sum come where blanks were counted.
  putOctal(block, at + field.sum, 6, sum);
  block[at + field.sum + 6] = 0;
}

/** Returns the sum of the bytes. */
function putText(block: Buffer, at: number, text: string): number {
  let sum = 0;
  for (let index = 0; index < text.length; index++) {
    const byte = text.charCodeAt(index);
    block[at + index] = byte;
    sum += byte;
  }
  return sum;
}

/** Returns by how much the sum of the bytes grows against zeros. */
function putOctal(block: Buffer, at: number, digits: number, value: number): number {
  let sum = 0;
  let rest = value;
  for (let index = digits - 1; rest > 0; index--) {
    const digit = rest % 8;
    block[at + index] = 48 + digit;
    sum += digit;
    rest = (rest - digit) / 8;
  }
  return sum;
}

/** As GNU tar writes it, for readers that look at no record: a number of eleven bytes after one that says so. */
function putLargeSize(block: Buffer, at: number, size: number): number {
  let before = 0;
  for (let index = 0; index < 12; index++) before += block[at + index] ?? 0;
  block.fill(0, at, at + 12);
  block[at] = 0x80;
  block.writeBigUInt64BE(BigInt(size), at + 4);
  let sum = -before;
  for (let index = 0; index < 12; index++) sum += block[at + index] ?? 0;
  return sum;
}

/** A plain header is for ASCII of up to 100 bytes; anything else goes into a pax record rather than into a split prefix. */
function isPlain(name: string): boolean {
  return name.length <= PLAIN_NAME && isAscii(name);
}

function record(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`;
  // The length counts its own digits.
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return toBuffer(`${length}${rest}`);
}
