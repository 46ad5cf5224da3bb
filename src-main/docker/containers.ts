import type { IncomingMessage } from 'node:http';
import { CancelledError, ExpectedError } from '../contract/index.ts';
import type { Failures } from './errors.ts';
import { textLines } from './json-lines.ts';
import { logLines, sinceParameter } from './log-lines.ts';
import { containerAnswer, containersAnswer, createdAnswer, eventAnswer, waitAnswer } from './schemas.ts';
import { path, type Transport } from './transport.ts';
import type { ContainerState, Docker, DockerEvent, LogChunk, LogOptions } from './types.ts';

/** Single containers of this server's engine: what runs, what it printed, what happened. */
export function containerApi(
  transport: Transport,
): Pick<Docker, 'containers' | 'container' | 'killContainer' | 'putArchive' | 'logs' | 'events' | 'runOnce'> {
  const container = async (id: string): Promise<ContainerState | null> => {
    const found = await transport.jsonOrNull(
      { method: 'GET', path: path`/containers/${id}/json`, doing: 'look at the container' },
      containerAnswer,
    );
    if (!found) return null;
    const check = found.State.Health?.Log.at(-1);
    return {
      id: found.Id,
      running: found.State.Running,
      exitCode: found.State.ExitCode,
      outOfMemory: found.State.OOMKilled,
      tty: found.Config?.Tty ?? false,
      startedAt: found.State.StartedAt,
      finishedAt: found.State.FinishedAt,
      pid: found.State.Pid,
      lastCheck: check ? { exitCode: check.ExitCode, output: check.Output } : null,
    };
  };

  async function* logs(id: string, options: LogOptions): AsyncGenerator<LogChunk, void, undefined> {
    const state = await container(id);
    if (!state) throw new ExpectedError('not-found', 'The container is gone, and its log with it');
    const response = await transport.stream({
      method: 'GET',
      path: path`/containers/${id}/logs`,
      doing: 'read the log of the container',
      query: {
        stdout: 1,
        stderr: 1,
        timestamps: 1,
        follow: options.follow ? 1 : 0,
        tail: options.tail,
        since: options.since === undefined ? undefined : (sinceParameter(options.since) ?? undefined),
      },
      signal: options.signal,
    });
    yield* untilAbort(response, logLines(response, state.tty), options.signal, transport.failures, 'read the log of the container');
  }

  return {
    async containers(options = {}) {
      const filters = options.labels ? { label: Object.entries(options.labels).map(([key, value]) => `${key}=${value}`) } : {};
      const found = await transport.json(
        {
          method: 'GET',
          path: '/containers/json',
          doing: 'list containers',
          query: { all: options.all ? 1 : 0, filters: JSON.stringify(filters) },
        },
        containersAnswer,
      );
      return found.map((entry) => ({
        id: entry.Id,
        name: entry.Names[0]?.replace(/^\//, '') ?? entry.Id.slice(0, 12),
        image: entry.Image,
        labels: entry.Labels,
        state: entry.State,
        status: entry.Status,
        createdAt: entry.Created * 1000,
        publishedPorts: [...new Set(entry.Ports.flatMap((port) => (port.PublicPort ? [port.PublicPort] : [])))],
      }));
    },

    container,

    async killContainer(id, signal) {
      await transport.text({
        method: 'POST',
        path: path`/containers/${id}/kill`,
        doing: `send ${signal} to the container`,
        query: { signal },
      });
    },

    async putArchive(id, folder, tar) {
      await transport.text({
        method: 'PUT',
        path: path`/containers/${id}/archive`,
        doing: 'write files into the container',
        query: { path: folder, noOverwriteDirNonDir: 1 },
        tar,
        timeoutMs: 120_000,
      });
    },

    logs,

    async *events(options) {
      const response = await transport.stream({
        method: 'GET',
        path: '/events',
        doing: 'follow what happens',
        query: { since: options.since, filters: JSON.stringify({ type: ['container', 'service', 'node', 'config', 'network'] }) },
        signal: options.signal,
      });
      yield* untilAbort(response, parseEvents(response), options.signal, transport.failures, 'follow what happens');
    },

    async runOnce(options) {
      const created = await transport.json(
        {
          method: 'POST',
          path: '/containers/create',
          doing: `start a container of ${options.image}`,
          signal: options.signal,
          body: {
            Image: options.image,
            Entrypoint: options.argv.slice(0, 1),
            Cmd: options.argv.slice(1),
            User: options.user ?? '0',
            Labels: options.labels ?? {},
            HostConfig: { Binds: options.binds ?? [], NetworkMode: 'none' },
          },
        },
        createdAnswer,
      );
      const id = 'Id' in created ? created.Id : created.ID;
      try {
        const call = { doing: `run a container of ${options.image}`, signal: options.signal };
        await transport.text({ ...call, method: 'POST', path: path`/containers/${id}/start`, timeoutMs: 60_000 });
        const ended = await transport.json(
          { ...call, method: 'POST', path: path`/containers/${id}/wait`, timeoutMs: options.timeoutMs ?? 60_000 },
          waitAnswer,
        );
        const output: Record<LogChunk['stream'], string[]> = { stdout: [], stderr: [] };
        const signal = AbortSignal.timeout(30_000);
        for await (const line of logs(id, { follow: false, tail: 'all', signal })) output[line.stream].push(line.text);
        return { code: ended.StatusCode, stdout: output.stdout.join('\n'), stderr: output.stderr.join('\n') };
      } finally {
        // Without the caller's signal: what was made is removed even when the caller has given up.
        await transport.text({
          method: 'DELETE',
          path: path`/containers/${id}`,
          doing: 'remove a container',
          query: { force: 1, v: 1 },
        });
      }
    },
  };
}

async function* parseEvents(response: IncomingMessage): AsyncGenerator<DockerEvent, void, undefined> {
  for await (const text of textLines(response)) {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      continue;
    }
    const parsed = eventAnswer.safeParse(value);
    if (!parsed.success) continue;
    yield {
      type: parsed.data.Type,
      action: parsed.data.Action,
      id: parsed.data.Actor?.ID ?? '',
      attributes: parsed.data.Actor?.Attributes ?? {},
      // Taken from the text: as a number it would lose its last digits.
      timeNano: /"timeNano":(\d+)/.exec(text)?.[1] ?? '0',
    };
  }
}

/** Passes values on until the caller's signal; whoever stops reading, or aborts, closes the connection. */
async function* untilAbort<T>(
  response: IncomingMessage,
  values: AsyncIterable<T>,
  signal: AbortSignal,
  failures: Failures,
  doing: string,
): AsyncGenerator<T, void, undefined> {
  const onAbort = (): void => {
    response.destroy(signal.reason instanceof Error ? signal.reason : new CancelledError());
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    if (signal.aborted) return;
    yield* values;
  } catch (error) {
    // The caller asked for the end, so that it is one.
    if (signal.aborted) return;
    throw failures.fromTransport(error, doing);
  } finally {
    signal.removeEventListener('abort', onAbort);
    response.destroy();
  }
}
