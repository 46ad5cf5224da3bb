/** What is remembered between commands: which servers exist, and what they share. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { allocate } from './addresses.ts';
import { readJson, writeJson } from './json-file.ts';
import type { SandboxPaths } from './paths.ts';
import { processRef } from './processes.ts';

const serverState = z.object({
  name: z.string(),
  octet: z.number().int(),
  docker: z.boolean(),
  memory: z.string().optional(),
  /** Empty until the disk is made: a server whose `up` was killed before that is made anew. */
  hostKey: z.string(),
  /** The process that keeps the machine running; the machine is off where it is gone. */
  keeper: processRef.optional(),
});
export type ServerState = z.infer<typeof serverState>;

const sharedState = z.object({
  /** /proc/sys/net/ipv4/ip_forward before we switched it on. */
  forwardingBefore: z.string().optional(),
});
export type SharedState = z.infer<typeof sharedState>;

const addressBook = z.record(z.string(), z.number().int());

function file(paths: SandboxPaths, name: string): string {
  return join(paths.servers, `${name}.json`);
}

export async function readServer(paths: SandboxPaths, name: string): Promise<ServerState | undefined> {
  return readJson(file(paths, name), serverState);
}

export async function writeServer(paths: SandboxPaths, state: ServerState): Promise<void> {
  await writeJson(file(paths, state.name), state);
}

export async function removeServer(paths: SandboxPaths, name: string): Promise<void> {
  await rm(file(paths, name), { force: true });
}

/** Names of all existing servers, running or not, in order. */
export async function serverNames(paths: SandboxPaths): Promise<string[]> {
  const entries = await readdir(paths.servers).catch(() => []);
  return entries.flatMap((entry) => (entry.endsWith('.json') ? [entry.slice(0, -'.json'.length)] : [])).sort();
}

export async function readShared(paths: SandboxPaths): Promise<SharedState> {
  return (await readJson(paths.shared, sharedState)) ?? {};
}

export async function writeShared(paths: SandboxPaths, state: SharedState): Promise<void> {
  await writeJson(paths.shared, state);
}

/** The last part of the name's address; remembered, so that a name has the same address each time. */
export async function octetFor(paths: SandboxPaths, name: string): Promise<number> {
  const known = (await readJson(paths.addresses, addressBook)) ?? {};
  const octet = allocate(known, new Set(await serverNames(paths)), name);
  if (known[name] !== octet) {
    const others = Object.entries(known).filter(([, other]) => other !== octet);
    await writeJson(paths.addresses, Object.fromEntries([...others, [name, octet]]));
  }
  return octet;
}
