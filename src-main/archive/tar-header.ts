import { isAscii, toBuffer } from './byte-path.ts';

/** Every time in an archive lies in the year after this (2001-09-09), in seconds. */
const FIRST_TIME = 1_000_000_000;
const TIME_SPAN = 31_536_000;

/**
 * What stands before an entry whose names do not fit a plain header: a pax record (POSIX.1-2001) with the exact bytes.
 * Null where a plain header can hold them. tar-stream writes such records too, but from text, so that a name which is
 * not UTF-8 would come out changed. Names are byte strings.
 */
export function paxRecord(path: string, link: string | null): Buffer | null {
  const records: Buffer[] = [];
  if (!fitsHeader(path)) records.push(record('path', path));
  if (link !== null && !fitsHeader(link)) records.push(record('linkpath', link));
  if (records.length === 0) return null;
  const body = Buffer.concat(records);
  return Buffer.concat([paxHeader(body.length), body, Buffer.alloc(-body.length & 511)]);
}

/** Plain headers hold 100 bytes of ASCII; anything else goes into a pax record rather than into a split prefix. */
export function fitsHeader(name: string): boolean {
  return name.length <= 100 && isAscii(name);
}

function record(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`;
  // The length counts its own digits.
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return toBuffer(`${length}${rest}`);
}

function paxHeader(size: number): Buffer {
  const header = Buffer.alloc(512);
  header.write('PaxHeader', 0, 'latin1');
  header.write('000644 \0', 100, 'latin1');
  header.write('000000 \0', 108, 'latin1');
  header.write('000000 \0', 116, 'latin1');
  header.write(`${size.toString(8).padStart(11, '0')} `, 124, 'latin1');
  header.write(`${FIRST_TIME.toString(8).padStart(11, '0')} `, 136, 'latin1');
  header.write('        x', 148, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/**
 * The time that a file gets in the archive: the same content has the same time on every computer, another content
 * almost surely another one. Real times would give the same tree different bytes; one fixed time for all would make
 * web servers that build their ETag of time and size (nginx, express) answer "not modified" for an edit that keeps the
 * size. `digest` is of the content.
 */
export function timeOf(digest: Buffer): Date {
  return new Date((FIRST_TIME + (digest.readUInt32BE(0) % TIME_SPAN)) * 1000);
}

/** The time of folders and links. */
export const fixedTime = new Date(FIRST_TIME * 1000);
