import type { ErrorShape } from '../contract/index.ts';

/** The channels between preload and main. The page never sees them: it has the bridge only. */
export const channels = {
  /** invoke: name, args, id -> Outcome */
  call: 'longshore:call',
  /** window to main: id of a call */
  cancel: 'longshore:cancel',
  /** main to window: name, payload */
  event: 'longshore:event',
  /** window to main: StreamRequest; main to window: StreamMessage */
  stream: 'longshore:stream',
} as const;

export type StreamRequest =
  | { readonly kind: 'open'; readonly id: string; readonly name: string; readonly args: unknown }
  | { readonly kind: 'input'; readonly id: string; readonly input: unknown }
  /** The chunk of this number was shown. */
  | { readonly kind: 'acknowledge'; readonly id: string; readonly number: number }
  | { readonly kind: 'close'; readonly id: string };

export type StreamMessage =
  | { readonly kind: 'chunk'; readonly id: string; readonly number: number; readonly chunk: unknown }
  | { readonly kind: 'end'; readonly id: string; readonly error: ErrorShape | null };
