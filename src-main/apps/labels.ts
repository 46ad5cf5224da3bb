import { z } from 'zod';
import { appSettings, ExpectedError, probeResult, type ReleaseRecord, releaseRecord } from '../contract/index.ts';
import type { Labels, Service, SwarmConfig } from '../docker/types.ts';
import type { Slot } from '../edge/types.ts';

/** Version of everything below. A reader that meets a higher one writes nothing. */
const schemaVersion = '1';

/** The labels by which the product finds what is its own on a server. On services, containers, images, and Swarm configs. */
export const labelNames = {
  schema: 'dev.longshore.schema',
  /** `release` or `lease`, on Swarm configs. */
  kind: 'dev.longshore.kind',
  app: 'dev.longshore.app',
  release: 'dev.longshore.release',
  slot: 'dev.longshore.slot',
  host: 'dev.longshore.host',
  settings: 'dev.longshore.settings',
  stopped: 'dev.longshore.stopped',
  holds: 'dev.longshore.holds',
  outcome: 'dev.longshore.outcome',
  note: 'dev.longshore.note',
  probe: 'dev.longshore.probe',
  replicas: 'dev.longshore.replicas',
  servedAt: 'dev.longshore.served-at',
} as const;

/** Settings as a service carries them: the environment is in the service itself and in the release's record. */
const serviceSettings = appSettings.omit({ environment: true });
export type ServiceSettings = z.infer<typeof serviceSettings>;

/** One Swarm service of an app: a release in a slot. */
export interface AppService {
  readonly app: string;
  readonly release: number;
  readonly slot: Slot;
  /** The default host name, as it was when the service was made. */
  readonly host: string;
  readonly settings: ServiceSettings;
  /** Stopped by the user. */
  readonly stopped: boolean;
  /** Has no replica at this moment. False when left out. */
  readonly idle?: boolean;
  /** Was paused once: the edge has a place where its requests can wait. False when left out. */
  readonly holds?: boolean;
}

/** The labels of a service that is (or is to be) `service`. */
export function serviceLabels(service: AppService): Labels {
  return {
    [labelNames.schema]: schemaVersion,
    [labelNames.app]: service.app,
    [labelNames.release]: String(service.release),
    [labelNames.slot]: service.slot,
    [labelNames.host]: service.host,
    [labelNames.settings]: JSON.stringify(serviceSettings.parse(service.settings)),
    ...(service.stopped ? { [labelNames.stopped]: 'true' } : {}),
  };
}

/** An {@link AppService} that is on the server. */
export interface RunningService extends AppService {
  readonly service: Service;
}

const releaseNumber = z.coerce.number().int().min(1);
const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue('not JSON');
    return z.NEVER;
  }
});
const serviceLabelsForm = z.object({
  [labelNames.schema]: z.literal(schemaVersion),
  [labelNames.app]: z.string().min(1),
  [labelNames.release]: releaseNumber,
  [labelNames.slot]: z.enum(['a', 'b']),
  [labelNames.host]: z.string(),
  [labelNames.settings]: json.pipe(serviceSettings),
});

/**
 * The apps' services among `services`. Throws when one is labelled as ours but cannot be read: to go on without it would take
 * its routes off the edge.
 */
export function appServices(services: readonly Service[]): RunningService[] {
  return services.filter((service) => service.labels[labelNames.app] !== undefined).map(parseService);
}

function parseService(service: Service): RunningService {
  const parsed = serviceLabelsForm.safeParse(service.labels);
  if (!parsed.success) {
    throw new ExpectedError('docker-failed', `The labels of the service ${service.name} cannot be read`, {
      next: 'It may have been made by a newer Longshore: update this one.',
      detail: z.prettifyError(parsed.error),
    });
  }
  const labels = parsed.data;
  return {
    app: labels[labelNames.app],
    release: labels[labelNames.release],
    slot: labels[labelNames.slot],
    host: labels[labelNames.host],
    settings: labels[labelNames.settings],
    stopped: service.labels[labelNames.stopped] === 'true',
    idle: service.replicas === 0,
    ...(service.labels[labelNames.holds] === 'true' ? { holds: true } : {}),
    service,
  };
}

/** What became of a release. `unfinished` until its deploy ended; what serves is told by the edge, not by this. */
export type Outcome = 'unfinished' | 'served' | 'failed';

/** A release record as it is on the server: fixed data, and labels that may change. */
export interface ReleaseEntry {
  readonly config: SwarmConfig;
  /** As it was written, but with the replicas that it was scaled to since. */
  readonly record: ReleaseRecord;
  readonly outcome: Outcome;
  readonly note: string;
  readonly probe: z.infer<typeof probeResult> | null;
  /** When it was switched to last, by the server's clock; null when never. */
  readonly servedAt: number | null;
}

export const releaseKind = 'release';
export const leaseKind = 'lease';

export function recordLabels(record: ReleaseRecord, outcome: Outcome): Labels {
  return {
    [labelNames.schema]: schemaVersion,
    [labelNames.kind]: releaseKind,
    [labelNames.app]: record.app,
    [labelNames.release]: String(record.number),
    [labelNames.outcome]: outcome,
  };
}

export function leaseLabels(app: string): Labels {
  return { [labelNames.schema]: schemaVersion, [labelNames.kind]: leaseKind, [labelNames.app]: app };
}

export const edgeLeaseLabels: Labels = { [labelNames.schema]: schemaVersion, [labelNames.kind]: 'edge-lease' };

/** The app whose lease a config is; null for one that is none. */
export function leasedApp(config: SwarmConfig): string | null {
  return config.labels[labelNames.kind] === leaseKind ? (config.labels[labelNames.app] ?? null) : null;
}

const outcomeForm = z.enum(['unfinished', 'served', 'failed']);

/** The release records among `configs`, by number. One that cannot be read is left out: it has nothing to say but its name. */
export function releaseEntries(configs: readonly SwarmConfig[]): ReleaseEntry[] {
  return configs
    .filter((config) => config.labels[labelNames.kind] === releaseKind)
    .flatMap((config) => parseEntry(config) ?? [])
    .sort((one, other) => one.record.number - other.record.number);
}

function parseEntry(config: SwarmConfig): ReleaseEntry | null {
  const record = json.pipe(releaseRecord).safeParse(config.data);
  const outcome = outcomeForm.safeParse(config.labels[labelNames.outcome]);
  if (!record.success || !outcome.success) return null;
  const replicas = appSettings.shape.replicas.safeParse(Number(config.labels[labelNames.replicas]));
  const settings = replicas.success ? { ...record.data.settings, replicas: replicas.data } : record.data.settings;
  const servedAt = Number(config.labels[labelNames.servedAt]);
  return {
    config,
    record: { ...record.data, settings },
    outcome: outcome.data,
    note: config.labels[labelNames.note] ?? '',
    probe: json.pipe(probeResult).safeParse(config.labels[labelNames.probe] ?? '').data ?? null,
    servedAt: servedAt > 0 ? servedAt : null,
  };
}
