import { poll } from '../base/wait.ts';
import type { Container, Docker, Labels, Task } from './types.ts';

/** What Docker writes on each container of a service. */
export const serviceLabels = { name: 'com.docker.swarm.service.name', id: 'com.docker.swarm.service.id' } as const;

/** The container with these labels that runs; null while none does. */
export async function runningContainer(docker: Pick<Docker, 'containers'>, labels: Labels): Promise<Container | null> {
  const found = await docker.containers({ labels });
  return found.find(({ state }) => state === 'running') ?? null;
}

/** The tasks of a service, the newest first. */
export async function newestTasks(docker: Pick<Docker, 'tasks'>, service: string): Promise<Task[]> {
  return [...(await docker.tasks({ service }))].sort((one, other) => other.createdAt - one.createdAt);
}

/** What Swarm says of each, a line each. */
export function tasksInWords(tasks: readonly Task[]): string {
  return tasks.map((task) => `${task.state}: ${task.error || task.message}`).join('\n');
}

/** Removes a service and waits until its containers are gone, a minute at most: Swarm takes 2 to 12 s. */
export async function removeWithContainers(docker: Pick<Docker, 'removeService' | 'containers'>, serviceId: string): Promise<void> {
  await docker.removeService(serviceId);
  await poll(
    async () => {
      const left = await docker.containers({ all: true, labels: { [serviceLabels.id]: serviceId } });
      return left.length === 0 ? true : undefined;
    },
    { everyMs: 300, withinMs: 60_000 },
  );
}
