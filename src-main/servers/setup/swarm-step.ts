import { isIP } from 'node:net';
import { poll } from '../../base/wait.ts';
import { ExpectedError } from '../../contract/index.ts';
import { EDGE_NETWORK } from '../../edge/index.ts';
import { chooseSubnet, NETWORKS_SCRIPT, parseNetworks } from './subnet.ts';
import type { SetupParts, StageContext } from './types.ts';

/** `SSH_CONNECTION` is "client port server port": the third is the address this server was reached at, as it knows it itself. */
const OWN_ADDRESS_SCRIPT = `
set -- $SSH_CONNECTION
echo "\${3:-}"
hostname -I 2>/dev/null || true
`;

/** Makes the server a swarm of one, or leaves the swarm it manages as it is. */
export async function swarmStep({ name, connection, docker }: SetupParts, stage: StageContext): Promise<void> {
  // A Docker that has just been started may still be finding its swarm.
  const info =
    (await poll(() => docker.info().then((each) => (each.swarm === 'pending' ? undefined : each)), {
      everyMs: 500,
      withinMs: 30_000,
      signal: stage.signal,
    })) ?? (await docker.info());
  switch (info.swarm) {
    case 'active':
      if (!info.swarmManager) {
        throw new ExpectedError('not-set-up', `${name} is a worker in a swarm that another server manages`, {
          next: 'Add the manager of that swarm to Longshore instead, or take this server out of it by `docker swarm leave`.',
        });
      }
      stage.already(`Manager at ${info.nodeAddress}`);
      return;
    case 'locked':
      throw new ExpectedError('not-set-up', `The swarm on ${name} is locked`, {
        next: 'Unlock it on the server by `docker swarm unlock`, and run the set-up again.',
      });
    case 'inactive': {
      const printed = await connection.script(OWN_ADDRESS_SCRIPT, [], { signal: stage.signal });
      const address = ownAddress(printed.stdout) ?? connection.address;
      if (address === null) throw new ExpectedError('docker-failed', `The address of ${name} could not be found out`);
      await docker.swarmInit(address);
      stage.detail(`A swarm of one at ${address}`);
      return;
    }
    case 'error':
    case 'pending':
      throw new ExpectedError('docker-failed', `The swarm on ${name} is in trouble`, {
        next: 'Look at `docker info` on the server. If the server was alone in its swarm, `docker swarm leave --force` makes room for a new one.',
      });
  }
}

/** The address for a node of its own, IPv4 where there is one; null when only loopback or link-local ones are known. */
export function ownAddress(printed: string): string | null {
  const [reached = '', all = ''] = printed.split('\n').map((line) => line.trim());
  const usable = [reached, ...all.split(/\s+/)].map((each) => each.replace(/%.*$/, '')).filter(isUsable);
  return usable.find((each) => isIP(each) === 4) ?? usable[0] ?? null;
}

function isUsable(address: string): boolean {
  return isIP(address) !== 0 && !/^(127\.|169\.254\.|0\.0\.0\.0|::1$|fe80:)/i.test(address);
}

/** Makes the network that the edge and the apps meet on. */
export async function networkStep({ name, connection, docker }: SetupParts, stage: StageContext): Promise<void> {
  const networks = await docker.networks();
  const found = networks.find((network) => network.name === EDGE_NETWORK);
  if (!found) {
    const printed = await connection.script(NETWORKS_SCRIPT, [], { signal: stage.signal });
    const subnet = chooseSubnet(
      parseNetworks(printed.stdout),
      networks.flatMap((network) => network.subnets),
      (await docker.info()).addressPools,
    );
    await docker.createNetwork({ name: EDGE_NETWORK, labels: { 'dev.longshore.schema': '1' }, subnet });
    stage.detail(subnet === null ? `Network ${EDGE_NETWORK}` : `Network ${EDGE_NETWORK} at ${subnet}, apart from the server's own`);
    return;
  }
  // For a moment after another laptop made it, a network has no driver yet.
  if ((found.driver !== 'overlay' && found.driver !== '') || !found.attachable) {
    throw new ExpectedError('name-taken', `There is a network ${EDGE_NETWORK} on ${name} that was made for something else`, {
      next: `Remove it by \`docker network rm ${EDGE_NETWORK}\`, or move what uses it, and run the set-up again.`,
      detail: `driver ${found.driver}, scope ${found.scope}, attachable: ${found.attachable}`,
    });
  }
  stage.already(`Network ${EDGE_NETWORK}`);
}
