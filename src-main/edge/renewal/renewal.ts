import { poll } from '../../base/wait.ts';
import { ExpectedError } from '../../contract/index.ts';
import { newestTasks, pulled, runningContainer, serviceLabels, tasksInWords } from '../../docker/index.ts';
import type { Container, Service } from '../../docker/types.ts';
import type { EdgeParts } from '../edge.ts';
import { readFiles, readProbeKey, withoutExpected } from '../files.ts';
import { socketGroup } from '../prepare.ts';
import { requestThroughEdge } from '../probe.ts';
import { lastLines } from '../reload.ts';
import { ETC } from '../render/config.ts';
import { hostsFrom, slotsFrom } from '../render/maps.ts';
import { HOST_FOLDER, Runtime } from '../runtime.ts';
import { EDGE_IMAGE, EDGE_SERVICE, edgeAge, edgeSpec, refuseUnknownEdge, SECOND_EDGE_SERVICE, secondEdgeSpec } from '../service.ts';
import type { Edge, EdgeRenewal, EdgeState } from '../types.ts';
import { divert, divertedTo, undivert, whyNoDiversion } from './diversion.ts';
import { type Candidate, whyNotAlike } from './serves-alike.ts';

const GATEWAY_NETWORK = 'docker_gwbridge';

const BEGINS_WITHIN_MS = 60_000;
/** No host of anybody (RFC 6761): who answers for it is the edge itself. */
const NOBODY = 'longshore.invalid';
/** Its grace period is 120 s, and Swarm takes some seconds more to stop and to start. */
const REPLACED_WITHIN_MS = 180_000;

/** Counts how often the edge was renewed, so that its container is told from the one before, which runs on for its last requests. */
const TURN = 'dev.longshore.edge-turn';

/** Run with the image that is to come, before anything is done with it. Argument: the group that may use the sockets. */
const CHECK = `
set -eu
chown "0:$1" /run/edge
chmod 750 /run/edge
haproxy -c -f ${ETC}/haproxy.cfg >&2
`;

/**
 * Renews the edge itself (its image, its service) while a second one stands in for it, so that nobody meets a closed port. Each step can be
 * done again and finds what an earlier run left: the second edge by its name, the rules that lead to it by their comment.
 *
 * Which order of the steps, and who may do them when, is the caller's. As long as the second edge is there the edge refuses every change.
 */
export function createEdgeRenewal(parts: EdgeParts): EdgeRenewal {
  return new Renewal(parts);
}

class Renewal implements EdgeRenewal {
  readonly #runtime: Runtime;
  readonly #second: Runtime;
  #probeKey: string | null = null;
  #gateway: string | null = null;

  constructor(private readonly parts: EdgeParts) {
    this.#runtime = new Runtime(parts.connection);
    this.#second = new Runtime(parts.connection, 'run-second');
  }

  async state(): Promise<EdgeState> {
    const { connection, docker } = this.parts;
    const service = await this.#service();
    const container = await this.#running(EDGE_SERVICE);
    const second = await docker.service(SECOND_EDGE_SERVICE);
    const said = container ? await docker.exec(container.id, ['haproxy', '-v']) : null;
    const ipv6 = await connection.script('ip -6 -o addr show scope global 2> /dev/null | head -n 1', []);
    return {
      image: container?.image.startsWith('sha256:') ? container.image : service.image,
      version: /version (\S+)/.exec(said?.stdout ?? '')?.[1] ?? null,
      newest: await docker.imageId(EDGE_IMAGE),
      older: edgeAge(service.labels) === 'older',
      interrupted: second !== null,
      ipv6: ipv6.stdout.trim() !== '',
    };
  }

  whyNoSecond(signal?: AbortSignal): Promise<string | null> {
    return whyNoDiversion(this.parts.connection, signal);
  }

  pull(signal?: AbortSignal, onLine?: (line: string) => void): Promise<string> {
    const { docker, connection } = this.parts;
    return pulled(docker, EDGE_IMAGE, connection.name, { signal, onLine });
  }

  async check(imageId: string, signal?: AbortSignal): Promise<void> {
    const { connection, docker } = this.parts;
    const result = await docker.runOnce({
      image: imageId,
      argv: ['sh', '-c', CHECK, 'sh', await socketGroup(connection, signal)],
      binds: [`${HOST_FOLDER}/etc:${ETC}`, `${HOST_FOLDER}/run-second:/run/edge`],
      signal,
    });
    if (result.code === 0) return;
    throw new ExpectedError(
      'edge-failed',
      `The new HAProxy refuses the configuration of the edge on ${connection.name}; nothing was changed`,
      {
        detail: withoutExpected(`${result.stdout}\n${result.stderr}`).trim(),
        next: 'Deploy an app once, which writes the configuration anew, and try again.',
      },
    );
  }

  async startSecond(imageId: string, signal?: AbortSignal): Promise<void> {
    const { docker } = this.parts;
    const there = await docker.service(SECOND_EDGE_SERVICE);
    const { nodeId } = await docker.info();
    if (!there) await docker.createService(secondEdgeSpec(imageId, nodeId));
    await this.#untilAlike(SECOND_EDGE_SERVICE, this.#second, this.#runtime, signal);
  }

  async leadToSecond(): Promise<void> {
    const { connection, docker } = this.parts;
    const container = await this.#running(SECOND_EDGE_SERVICE);
    const network = await docker.network(GATEWAY_NETWORK);
    const address = container && network?.addresses.get(container.id);
    const [subnet] = network?.subnets ?? [];
    if (!address || !subnet) {
      throw new ExpectedError('edge-failed', `The second edge on ${connection.name} has no address to lead visitors to`, {
        next: 'Try again.',
      });
    }
    await divert(connection, address, subnet);
  }

  async leadsToSecond(): Promise<boolean> {
    return (await divertedTo(this.parts.connection)) !== null;
  }

  async leadBack(): Promise<void> {
    const { connection, docker } = this.parts;
    const container = await this.#running(EDGE_SERVICE);
    const address = container && (await docker.network(GATEWAY_NETWORK))?.addresses.get(container.id);
    if (!address) throw new ExpectedError('edge-unavailable', `The edge on ${connection.name} does not run`, { next: 'Try again.' });
    await undivert(connection, address);
  }

  async replace(imageId: string, signal?: AbortSignal): Promise<void> {
    const { docker } = this.parts;
    const service = await this.#service();
    const { nodeId } = await docker.info();
    const spec = edgeSpec(imageId, nodeId);
    const { TaskTemplate: task } = spec;
    const Labels = { ...task.ContainerSpec.Labels, [TURN]: String(Number(turnOf(service) ?? 0) + 1) };
    signal?.throwIfAborted();
    await docker.updateService(service, { ...spec, TaskTemplate: { ...task, ContainerSpec: { ...task.ContainerSpec, Labels } } });
  }

  async untilReplaced(before: string | null, onWait?: (text: string) => void): Promise<void> {
    const began = Date.now();
    const found = await poll(
      async () => {
        const container = await this.#running(EDGE_SERVICE);
        if (container && container.id !== before) return container.id;
        onWait?.(`the one before answers what it has begun, ${Math.round((Date.now() - began) / 1000)} s`);
        await this.#followSecond();
        return undefined;
      },
      { everyMs: 500, withinMs: REPLACED_WITHIN_MS },
    );
    if (found === undefined) throw await this.#notStarted(EDGE_SERVICE);
  }

  /** One that is started anew has another address, and the rules would lead to nobody. While it is not there they wait for it. */
  async #followSecond(): Promise<void> {
    if (!(await this.leadsToSecond())) return;
    await this.leadToSecond().catch((error: unknown) => {
      if (!(error instanceof ExpectedError && error.code === 'edge-failed')) throw error;
    });
  }

  async untilServesAlike(signal?: AbortSignal): Promise<void> {
    const second = await this.#running(SECOND_EDGE_SERVICE);
    await this.#untilAlike(EDGE_SERVICE, this.#runtime, second ? this.#second : null, signal);
    // At the port of the server, by Docker's proxy, which no rule of ours leads elsewhere.
    const answered = await poll(
      () =>
        requestThroughEdge(this.parts.connection, NOBODY, '/', '1', signal).then(
          () => true,
          (error: unknown) => {
            if (error instanceof ExpectedError && (error.code === 'edge-unavailable' || error.code === 'channel-refused')) return undefined;
            throw error;
          },
        ),
      { everyMs: 250, withinMs: BEGINS_WITHIN_MS, signal },
    );
    if (!answered) throw await this.#notStarted(EDGE_SERVICE);
  }

  async removeSecond(): Promise<void> {
    await this.parts.docker.removeService(SECOND_EDGE_SERVICE);
  }

  async untilSecondGone(onWait?: (text: string) => void, signal?: AbortSignal): Promise<void> {
    const began = Date.now();
    const gone = await poll(
      async () => {
        if ((await runningContainer(this.parts.docker, { [serviceLabels.name]: SECOND_EDGE_SERVICE })) === null) return true;
        onWait?.(`it answers what it has begun, ${Math.round((Date.now() - began) / 1000)} s`);
        return undefined;
      },
      { everyMs: 500, withinMs: REPLACED_WITHIN_MS, signal },
    );
    if (!gone) throw new ExpectedError('edge-failed', `The second edge on ${this.parts.connection.name} does not end`);
  }

  async containerOfEdge(): Promise<string | null> {
    return (await this.#running(EDGE_SERVICE))?.id ?? null;
  }

  async hosts(signal?: AbortSignal): Promise<readonly string[]> {
    const files = await readFiles(this.parts.connection, signal);
    const live = slotsFrom(files['slots.map']);
    const first = new Map<string, string>();
    for (const [host, app] of Object.entries(hostsFrom(files['hosts.map']))) if (live[app] && !first.has(app)) first.set(app, host);
    return [...first.values()];
  }

  async request(host: string, path: string, signal?: AbortSignal): ReturnType<Edge['request']> {
    const { connection, docker } = this.parts;
    this.#probeKey ??= await readProbeKey(connection, signal);
    this.#gateway ??= (await docker.network(GATEWAY_NETWORK))?.gateway ?? null;
    return requestThroughEdge(connection, host, path, this.#probeKey ?? '1', signal, this.#gateway ?? undefined);
  }

  async #service(): Promise<Service> {
    const { connection, docker } = this.parts;
    const service = await docker.service(EDGE_SERVICE);
    if (!service) {
      throw new ExpectedError('not-set-up', `There is no edge on ${connection.name}`, { next: `Run the set-up of ${connection.name}.` });
    }
    refuseUnknownEdge(service.labels, connection.name);
    return service;
  }

  /** The container that the service is to have now. */
  async #running(name: string): Promise<Container | undefined> {
    const { docker } = this.parts;
    const service = await docker.service(name);
    const found = await docker.containers({ labels: { [serviceLabels.name]: name } });
    return found.find(({ state, labels }) => state === 'running' && service !== null && labels[TURN] === turnOf(service));
  }

  async #untilAlike(service: string, runtime: Runtime, other: Runtime | null, signal: AbortSignal | undefined): Promise<void> {
    const began = await poll(() => this.#running(service), { everyMs: 250, withinMs: BEGINS_WITHIN_MS, signal });
    if (!began) throw await this.#notStarted(service);
    let why: string | null = null;
    const alike = await poll(
      async () => {
        const container = await this.#running(service);
        why = container
          ? await whyNotAlike(this.parts, { runtime, container: container.id } satisfies Candidate, other, signal)
          : 'it ended';
        return why === null ? true : undefined;
      },
      { everyMs: 250, withinMs: REPLACED_WITHIN_MS, signal },
    );
    if (alike) return;
    const which = service === EDGE_SERVICE ? 'The new edge' : 'The second edge';
    throw new ExpectedError('edge-failed', `${which} on ${this.parts.connection.name} cannot take over: ${why ?? 'unknown'}`, {
      detail: await lastLines(this.parts.docker, began.id),
      next: 'Try again; visitors are served all the same.',
    });
  }

  async #notStarted(service: string): Promise<ExpectedError> {
    const tasks = await newestTasks(this.parts.docker, service);
    return new ExpectedError('edge-failed', `${service} on ${this.parts.connection.name} was not started in time`, {
      detail: tasksInWords(tasks.slice(0, 3)),
    });
  }
}

function turnOf(service: Service): string | undefined {
  return service.spec.TaskTemplate.ContainerSpec.Labels?.[TURN];
}
