import { z } from 'zod';
import { type ErrorShape, errorCodes } from './errors.ts';

/** An error as it crosses a process boundary. Apart from the classes, so that the archive's thread starts without the schema library. */
export const errorShape = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  next: z.string().optional(),
  detail: z.string().optional(),
}) satisfies z.ZodType<ErrorShape>;
