import { type AppSettings, defaultSettings, type ReleaseRecord } from '../contract/index.ts';
import type { Service, SwarmConfig, Task } from '../docker/types.ts';
import type { Slot } from '../edge/types.ts';
import { type AppService, type Outcome, type ReleaseEntry, type RunningService, recordLabels, serviceLabels } from './labels.ts';
import { recordName, serviceName } from './names.ts';
import { serviceSpec } from './service-spec.ts';

/** Only for tests: values as the server gives them, made from what a test wants to say. */

export function settingsOf(change: Partial<AppSettings> = {}): AppSettings {
  return { ...defaultSettings, ...change };
}

export function recordOf(app: string, number: number, change: Partial<ReleaseRecord> = {}): ReleaseRecord {
  return {
    schema: 1,
    app,
    number,
    image: `sha256:${String(number).repeat(64).slice(0, 64)}`,
    settings: settingsOf(),
    source: null,
    build: 'Dockerfile',
    by: 'kim@desk',
    createdAt: 1_000 * number,
    ...change,
  };
}

export function entryOf(
  record: ReleaseRecord,
  outcome: Outcome,
  more: Partial<Pick<ReleaseEntry, 'note' | 'servedAt'>> & { readonly labels?: Record<string, string> } = {},
): ReleaseEntry {
  const config: SwarmConfig = {
    id: `config-${record.app}-${record.number}`,
    versionIndex: 1,
    name: recordName(record.app, record.number),
    labels: { ...recordLabels(record, outcome), ...more.labels },
    data: JSON.stringify(record),
    createdAt: record.createdAt,
    updatedAt: record.createdAt,
  };
  return { config, record, outcome, note: more.note ?? '', probe: null, servedAt: more.servedAt ?? null };
}

export function planned(app: string, release: number, slot: Slot, change: Partial<AppService> = {}): AppService {
  return { app, release, slot, host: `${app}.203-0-113-7.sslip.io`, settings: settingsOf(), stopped: false, ...change };
}

export function running(app: string, release: number, slot: Slot, change: Partial<AppService> = {}): RunningService {
  const own = planned(app, release, slot, change);
  const name = serviceName(app, release);
  const record = recordOf(app, release, { settings: settingsOf(own.settings) });
  const spec = serviceSpec({ name, record, slot, host: own.host, aliases: [], network: 'longshore', nodeId: 'node1' });
  const service: Service = {
    id: `id-${name}`,
    versionIndex: 1,
    name,
    labels: serviceLabels(own),
    image: record.image,
    replicas: own.settings.replicas,
    createdAt: 0,
    updatedAt: 0,
    spec,
  };
  return { ...own, idle: own.idle ?? false, service };
}

export function taskOf(change: Partial<Task>): Task {
  return {
    id: `task-${change.slot ?? 1}-${change.createdAt ?? 1}`,
    serviceId: 'service',
    slot: 1,
    state: 'running',
    desiredState: 'running',
    message: '',
    error: '',
    exitCode: null,
    containerId: 'c0ffee',
    nodeId: 'node1',
    createdAt: 1,
    updatedAt: 1,
    addresses: [],
    ...change,
  };
}
