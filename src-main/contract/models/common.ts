import { z } from 'zod';

/** Milliseconds since 1970 by this computer's clock. */
export const timestamp = z.number().nonnegative();

/** The form of `ssh-keygen -lf`: the hash's name and unpadded base64. */
export const fingerprint = z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'A host key fingerprint looks like SHA256: and 43 characters');

/** A DNS label: it becomes a service name, a network alias and the first part of a host name (RFC 1123). */
export const appName = z
  .string()
  .regex(
    /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/,
    'An app name has 1 to 40 lower-case letters, digits and hyphens, begins with a letter and does not end with a hyphen',
  );

/** A host name by RFC 1123, lower case, at least two labels, at most 253 characters; punycode for others than ASCII. */
export const hostName = z
  .string()
  .max(253)
  .regex(
    /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'A domain looks like shop.example.com: letters, digits, hyphens and dots',
  );

export const portNumber = z
  .number()
  .int('A port is a whole number')
  .min(1, 'A port is between 1 and 65535')
  .max(65535, 'A port is between 1 and 65535');

export const serverId = z.string().min(1).max(64);
export type ServerId = z.infer<typeof serverId>;
