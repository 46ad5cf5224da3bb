import { z } from 'zod';
import { balancers, ExpectedError, type Route, route } from '../contract/index.ts';
import type { Labels, SwarmConfig } from '../docker/types.ts';
import { labelNames } from './labels.ts';

/** On Swarm configs: the routes of a server at one time. */
export const routesKind = 'routes';

/** The routes of a server. Each change makes a new one with the next version; the highest counts. */
export interface RouteTable {
  /** From 1 on; 0 where there never was one. */
  readonly version: number;
  readonly routes: readonly Route[];
  /** What stands before the server and speaks the PROXY protocol to it: addresses. */
  readonly balancers: readonly string[];
  /** `user@computer` that made the change. */
  readonly by: string;
  /** Milliseconds since 1970 by that computer's clock. */
  readonly at: number;
}

const noTable: RouteTable = { version: 0, routes: [], balancers: [], by: '', at: 0 };
const dataForm = z.object({
  schema: z.literal(1),
  routes: z.array(route),
  // Older tables have none.
  balancers: balancers.default([]),
  by: z.string(),
  at: z.number(),
});

/** An app's record is named `longshore.APP.rN`: no app can be in the way. */
export function routeTableName(version: number): string {
  return `longshore.routes.v${version}`;
}

export const routeTableLabels: Labels = { [labelNames.schema]: '1', [labelNames.kind]: routesKind };

export function routeTableData({ routes, balancers, by, at }: Omit<RouteTable, 'version'>): string {
  return JSON.stringify({ schema: 1, routes, balancers, by, at });
}

/** Versions of route tables among `configs`, the newest first. */
export function routeTableVersions(configs: readonly SwarmConfig[]): { readonly version: number; readonly config: SwarmConfig }[] {
  return configs
    .flatMap((config) => {
      const version = Number(/^longshore\.routes\.v([1-9][0-9]{0,8})$/.exec(config.name)?.[1]);
      return config.labels[labelNames.kind] === routesKind && version > 0 ? [{ version, config }] : [];
    })
    .sort((one, other) => other.version - one.version);
}

/**
 * The newest table among `configs`. Throws when it cannot be read: to go on without it would take its routes, and what guards them, off
 * the edge.
 */
export function routeTable(configs: readonly SwarmConfig[]): RouteTable {
  const [newest] = routeTableVersions(configs);
  if (!newest) return noTable;
  let value: unknown;
  try {
    value = JSON.parse(newest.config.data);
  } catch {
    value = null;
  }
  const parsed = dataForm.safeParse(value);
  if (parsed.success) {
    const { schema: _, ...data } = parsed.data;
    return { version: newest.version, ...data };
  }
  throw new ExpectedError('docker-failed', 'The routes on this server cannot be read', {
    next: 'They may have been made by a newer Longshore: update this one.',
    detail: z.prettifyError(parsed.error),
  });
}
