/** Small state files, written so that a reader sees the old or the new content and never a part. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { SandboxError } from './errors.ts';

/** The parsed file, or undefined where there is none. Throws SandboxError where it is not what `schema` says. */
export async function readJson<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new SandboxError(`${file} is not readable as practice server state; remove it and run "npm run sandbox -- down --all"`);
  }
}

/** Writes `value` beside the file and renames it into place. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const half = `${file}.${process.pid}.half`;
  await writeFile(half, `${JSON.stringify(value, null, 2)}\n`);
  await rename(half, file);
}
