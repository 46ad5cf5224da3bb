/**
 * The way of a packed folder to a server. The server keeps the last built context of each app as one file, and this folder brings the
 * next one there with as few bytes as it can, proves by its sha256 that it is what was packed, and never leaves a half-made one in its place.
 * It knows how an archive of ours is laid out; it may not know of stages, leases or releases.
 */
export type * from './types.ts';
export { Uploads } from './uploads.ts';
