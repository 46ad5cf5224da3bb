import { readFile } from 'node:fs/promises';
import { ExpectedError } from '../contract/index.ts';

/** Throws `file-unreadable`. */
export async function readTextFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new ExpectedError('file-unreadable', `${file} cannot be read.`, {
      ...(cause instanceof Error ? { detail: cause.message, cause } : {}),
    });
  }
}
