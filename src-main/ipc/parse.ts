import type { z } from 'zod';
import { ExpectedError } from '../contract/index.ts';

/** Parses what the window sent; throws ExpectedError `invalid-input` whose message names the first wrong field. */
export function parseInput<T extends z.ZodType>(schema: T, value: unknown, of: string): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const all = parsed.error.issues.map((issue) => {
    const field = issue.path.map(String).join('.');
    return field === '' ? issue.message : `${field}: ${issue.message}`;
  });
  throw new ExpectedError('invalid-input', all[0] ?? 'The input is not valid', { detail: `${of}\n${all.join('\n')}` });
}
