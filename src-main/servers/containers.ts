import { labelNames } from '../apps/index.ts';
import type { ContainerSummary } from '../contract/index.ts';
import { serviceLabels } from '../docker/index.ts';
import type { Container, Docker } from '../docker/types.ts';
import { EDGE_SERVICE } from '../edge/index.ts';

/** Whose a container is: the app's name, `edge` for the proxy, null for what is not ours. */
function ownerOf(container: Container): string | null {
  if (container.labels[serviceLabels.name] === EDGE_SERVICE) return 'edge';
  return container.labels[labelNames.app] ?? null;
}

/** All containers of the server, ours and others', running ones first and then by name. */
export async function containersOf(docker: Docker): Promise<ContainerSummary[]> {
  const containers = await docker.containers({ all: true });
  return containers
    .map((container) => ({
      id: container.id,
      name: container.name,
      image: container.image,
      state: container.state,
      status: container.status,
      createdAt: container.createdAt,
      owner: ownerOf(container),
    }))
    .sort((a, b) => Number(b.state === 'running') - Number(a.state === 'running') || a.name.localeCompare(b.name));
}
