import type { AppSettings, ReleaseRecord } from '../contract/index.ts';
import type { ServiceSpec } from '../docker/types.ts';
import type { Slot } from '../edge/types.ts';
import { labelNames, serviceLabels } from './labels.ts';

const second = 1_000_000_000;
/** After SIGTERM. It comes only when no session is left on the slot, so this bounds an app's own tidying up. */
const stopGrace = 10 * second;
/** Between two starts of a replica that ends: long enough that a crash loop does not take the machine. */
const restartDelay = 2 * second;

/** Seconds between two runs of a command: each costs a process in every replica. */
const commandInterval = 3;

export interface ServicePlan {
  /** Free on the server; see `serviceName`. */
  readonly name: string;
  readonly record: ReleaseRecord;
  readonly slot: Slot;
  /** The app's default host name. */
  readonly host: string;
  /** The names by which the edge finds the replicas of the slot. */
  readonly aliases: readonly string[];
  /** The overlay network that the edge is on. */
  readonly network: string;
  /** The node that has the image. */
  readonly nodeId: string;
}

/**
 * The Swarm service of a release in a slot. The image is named by its id, which Swarm never looks up in a registry. The checks are
 * HAProxy's alone, so the image's own HEALTHCHECK is switched off (22 of them saturated two cores, and Swarm would restart replicas
 * behind the edge's back), unless the user asks for a command: only Docker can run one in a container.
 */
export function serviceSpec(plan: ServicePlan): ServiceSpec {
  const { record, slot } = plan;
  const { app, number: release, settings } = record;
  return {
    Name: plan.name,
    Labels: serviceLabels({ app, release, slot, host: plan.host, settings, stopped: false }),
    TaskTemplate: {
      ContainerSpec: {
        Image: record.image,
        Labels: { [labelNames.app]: app, [labelNames.release]: String(release), [labelNames.slot]: slot },
        Env: environment(app, release, settings),
        Healthcheck: dockerCheck(settings),
        StopGracePeriod: stopGrace,
      },
      RestartPolicy: { Condition: 'any', Delay: restartDelay },
      Placement: { Constraints: [`node.id==${plan.nodeId}`] },
      Networks: [{ Target: plan.network, Aliases: plan.aliases }],
      LogDriver: { Name: 'json-file', Options: { 'max-size': '10m', 'max-file': '3' } },
    },
    Mode: { Replicated: { Replicas: settings.replicas } },
    EndpointSpec: { Mode: 'dnsrr' },
  };
}

/** A replica whose command has not gone well yet is in no DNS, so the edge does not see it; one that fails later is started anew by Swarm. */
function dockerCheck(settings: AppSettings): NonNullable<ServiceSpec['TaskTemplate']['ContainerSpec']['Healthcheck']> {
  if (settings.health.kind !== 'command') return { Test: ['NONE'] };
  return {
    Test: ['CMD-SHELL', settings.health.command],
    Interval: (settings.healthIntervalSeconds ?? commandInterval) * second,
    Timeout: settings.healthTimeoutSeconds * second,
    Retries: settings.healthRetries,
    StartPeriod: settings.healthySeconds * second,
  };
}

/** `PORT` and the two names of ours win over the user's: the edge would look for the app in the wrong place otherwise. */
function environment(app: string, release: number, settings: AppSettings): string[] {
  const all: Record<string, string> = {
    ...settings.environment,
    PORT: String(settings.port),
    LONGSHORE_APP: app,
    LONGSHORE_RELEASE: String(release),
  };
  return Object.entries(all).map(([name, value]) => `${name}=${value}`);
}
