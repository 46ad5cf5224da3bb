import { z } from 'zod';
import { type HostKey, hostKey, type ServerProfile, serverId, timestamp } from '../contract/index.ts';
import type { Store } from '../store/types.ts';

const storeKey = 'pins.history';
const longest = 200;

/** `by` is null where the server was given another address whose host key was not known yet. */
const replacedPin = z.object({
  server: serverId,
  host: z.string(),
  port: z.number(),
  replaced: hostKey,
  by: hostKey.nullable(),
  at: timestamp,
});
export type ReplacedPin = z.infer<typeof replacedPin>;
const history = z.array(replacedPin);

/** The host keys that the user once trusted and replaced, each with the address it stood for, oldest first. */
export function readPinHistory(store: Store): readonly ReplacedPin[] {
  const parsed = history.safeParse(store.get(storeKey));
  return parsed.success ? parsed.data : [];
}

export async function keepReplacedPin(store: Store, profile: ServerProfile, replaced: HostKey, by: HostKey | null): Promise<void> {
  const entry: ReplacedPin = { server: profile.id, host: profile.host, port: profile.port, replaced, by, at: Date.now() };
  await store.set(storeKey, [...readPinHistory(store), entry].slice(-longest));
}
