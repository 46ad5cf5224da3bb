import { z } from 'zod';
import { appName, balancers, ExpectedError, hostName, httpHealth, portNumber, route, tcpHealth } from '../../contract/index.ts';
import type { EdgeModel, Slot } from '../types.ts';

export const slots: readonly Slot[] = ['a', 'b'];

/**
 * The network alias by which the edge finds the replicas in a slot. It begins with a digit, which no app's name can (RFC 1123 allows it),
 * so that it never is the alias of an app itself.
 */
export function slotAlias(app: string, slot: Slot): string {
  return `0${slot}-${app}`;
}

/**
 * The backend of a slot; with a suffix one of the same replicas that routes lead to. App names have no underscore, so that it can be taken
 * apart again.
 */
export function backendName(app: string, slot: Slot, suffix: string | null = null): string {
  return suffix === null ? `be_${app}_${slot}` : `be_${app}_${slot}_${suffix}`;
}

/** Takes {@link backendName} apart; null for a backend that is no slot. */
export function parseBackendName(name: string): { readonly app: string; readonly slot: Slot } | null {
  const match = /^be_([a-z][a-z0-9-]*)_([ab])$/.exec(name);
  return match?.[1] ? { app: match[1], slot: match[2] === 'a' ? 'a' : 'b' } : null;
}

const slotForm = z.enum(['a', 'b']);
const wholeSeconds = z.number().int().min(1).max(300);
const slotModelForm = z.object({
  port: portNumber,
  health: z.discriminatedUnion('kind', [httpHealth, tcpHealth]),
  room: z.number().int().min(1).max(64),
  pace: z.object({ intervalSeconds: wholeSeconds, timeoutSeconds: wholeSeconds, failures: z.number().int().min(1).max(20) }).optional(),
});
const modelForm = z.object({
  apps: z.array(z.object({ name: appName, slots: z.object({ a: slotModelForm, b: slotModelForm }), holds: z.boolean().optional() })),
  hosts: z.record(hostName, appName),
  live: z.record(appName, slotForm),
  routes: z.array(route).max(1_000).default([]),
  balancers: balancers.default([]),
});

/**
 * The model once more, strictly: what is not a host name, an app's name, a port or a health path never reaches a file of the edge.
 * Throws `invalid-input`.
 */
export function checkedModel(model: EdgeModel): EdgeModel {
  const parsed = modelForm.safeParse(model);
  if (parsed.success) return parsed.data;
  throw new ExpectedError('invalid-input', 'The edge cannot take this configuration', { detail: z.prettifyError(parsed.error) });
}

/** Throws `invalid-input` for what is not an app's name. */
export function checkedApp(app: string): string {
  const parsed = appName.safeParse(app);
  if (parsed.success) return parsed.data;
  throw new ExpectedError('invalid-input', `"${app.slice(0, 60)}" is not a name of an app`);
}

/** Throws `invalid-input` for what is not a host name. */
export function checkedHost(host: string): string {
  const parsed = hostName.safeParse(host);
  if (parsed.success) return parsed.data;
  throw new ExpectedError('invalid-input', `"${host.slice(0, 60)}" is not a host name`);
}
