import type { Readable } from 'node:stream';
import type { Docker, ServerFile } from '../docker/types.ts';
import type { SshConnection } from '../ssh/types.ts';
import type { Manifest } from './manifest.ts';

export interface ServerAccess {
  /** Identifies the server on this computer. */
  readonly id: string;
  readonly name: string;
  readonly connection: Pick<SshConnection, 'exec' | 'ready' | 'state'>;
  readonly docker: Pick<Docker, 'service' | 'runOnce'>;
}

/** The packed folder: the tar as it is, and its sha256 once it was read. The archive gives it; it may be asked for again. */
export type PackTar = () => { readonly stream: Readable; readonly finished: Promise<{ readonly hash: string }> };

/** What is known of the last context. */
export interface Base {
  readonly manifest: Manifest;
  /** Whether the server has this manifest too. */
  readonly isKept: boolean;
}

/** What {@link Uploads.look} found on the server. */
export type Place =
  | {
      readonly kind: 'kept';
      /** Null when there is no last context, or nothing is known of it. */
      readonly base: Base | null;
      readonly zstd: boolean;
    }
  /** The server cannot keep contexts; `reason` completes "… is sent straight into the build: ". */
  | { readonly kind: 'straight'; readonly reason: string };

export type KeptPlace = Extract<Place, { kind: 'kept' }>;

export interface UploadOptions {
  readonly pack: PackTar;
  readonly place: KeptPlace;
  readonly signal: AbortSignal;
  /** Bytes on the wire so far, of all attempts. */
  readonly onSent?: ((bytes: number) => void) | undefined;
  /** What the user should know: why everything is sent, or that an upload goes on after a break. */
  readonly onNote?: ((text: string) => void) | undefined;
  /** Called before the server is written to, on the first and on each further attempt; throws when that is no longer allowed. */
  readonly beforeWrite: () => Promise<void>;
}

export interface Uploaded {
  /** The context on the server. Its sha256 was computed there, and is that of what was packed here. */
  readonly file: ServerFile;
  readonly hash: string;
  readonly sentBytes: number;
  /** Against the last context; null when everything was sent. */
  readonly difference: { readonly changed: number; readonly added: number; readonly deleted: number } | null;
}
