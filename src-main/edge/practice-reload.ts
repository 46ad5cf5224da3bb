import { poll } from '../base/wait.ts';
import { runningContainer, serviceLabels } from '../docker/index.ts';
import type { Docker } from '../docker/types.ts';
import type { SshConnection } from '../ssh/types.ts';
import { Runtime } from './runtime.ts';
import { parseProcesses } from './runtime-answers.ts';
import { EDGE_SERVICE } from './service.ts';

/**
 * Only for tests and benchmarks: has the edge's HAProxy start anew by the files that are there, as a change of its configuration does, at
 * whatever another part of the program is at that moment. Resolves when the new worker serves.
 */
export async function reloadEdge(connection: Pick<SshConnection, 'name' | 'openSocket'>, docker: Docker): Promise<void> {
  const runtime = new Runtime(connection);
  const worker = async (): Promise<number> => (await runtime.master('show proc', parseProcesses)).current.pid;
  const before = await worker();
  const container = await runningContainer(docker, { [serviceLabels.name]: EDGE_SERVICE });
  if (!container) throw new Error('The edge does not run');
  await docker.killContainer(container.id, 'SIGUSR2');
  const renewed = await poll(async () => ((await worker()) === before ? undefined : true), { everyMs: 100, withinMs: 60_000 });
  if (!renewed) throw new Error('The edge did not start anew');
}
