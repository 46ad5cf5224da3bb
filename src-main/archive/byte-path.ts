/**
 * Paths as git and the kernel see them: bytes. Inside the archive a path is a "byte string", a string in which each
 * character is one byte (latin1). It costs one byte a character, compares and sorts like the bytes do, and a name that
 * is not UTF-8 survives. Only at the border is it turned into text or into a Buffer.
 */

/** The bytes of a byte string, for the file system and for tar. */
export function toBuffer(bytes: string): Buffer {
  return Buffer.from(bytes, 'latin1');
}

/** The same for a call of the file system, which takes ASCII faster as it is. */
export function toPath(bytes: string): string | Buffer {
  return isAscii(bytes) ? bytes : Buffer.from(bytes, 'latin1');
}

/** What a user sees: UTF-8, with U+FFFD for bytes that are not. */
export function toText(bytes: string): string {
  return isAscii(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8');
}

/** The byte string of a text in UTF-8. */
export function fromText(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** Folds A to Z and nothing else, as git does: bytes have no other case. */
export function foldCase(bytes: string): string {
  return bytes.replace(/[A-Z]+/g, (run) => run.toLowerCase());
}

export function isAscii(text: string): boolean {
  return /^[\x00-\x7f]*$/.test(text);
}
