import { isIPv4, isIPv6 } from 'node:net';
import type { z } from 'zod';
import { ExpectedError } from '../contract/index.ts';
import {
  configAnswer,
  configsAnswer,
  createdAnswer,
  networkAnswer,
  networksAnswer,
  type serviceAnswer,
  serviceAnswer as serviceSchema,
  servicesAnswer,
  type taskAnswer,
  tasksAnswer,
} from './schemas.ts';
import { path, type Transport } from './transport.ts';
import type { Docker, Labels, Service, ServiceSpec, SwarmConfig, Task } from './types.ts';

/** Services, tasks, configs and networks: what Swarm's replicated store holds. */
export function swarmApi(
  transport: Transport,
): Pick<
  Docker,
  | 'services'
  | 'service'
  | 'createService'
  | 'updateService'
  | 'removeService'
  | 'tasks'
  | 'configs'
  | 'config'
  | 'createConfig'
  | 'updateConfigLabels'
  | 'removeConfig'
  | 'networks'
  | 'network'
  | 'createNetwork'
  | 'swarmInit'
> {
  return {
    async services(labels) {
      const found = await transport.json(
        { method: 'GET', path: '/services', doing: 'list services', query: { filters: labelFilter(labels) } },
        servicesAnswer,
      );
      return found.map(toService);
    },

    async service(nameOrId) {
      const found = await transport.jsonOrNull(
        { method: 'GET', path: path`/services/${nameOrId}`, doing: `look at the service ${nameOrId}` },
        serviceSchema,
      );
      // Docker takes the beginning of an id for the id.
      return found && (found.Spec.Name === nameOrId || found.ID === nameOrId) ? toService(found) : null;
    },

    async createService(spec) {
      return idOf(
        await transport.json(
          { method: 'POST', path: '/services/create', doing: `create the service ${spec.Name}`, body: spec },
          createdAnswer,
        ),
      );
    },

    async updateService(service, spec) {
      await transport.text({
        method: 'POST',
        path: path`/services/${service.id}/update`,
        doing: `change the service ${service.name}`,
        query: { version: service.versionIndex },
        body: spec,
      });
    },

    async removeService(nameOrId) {
      await ifThere(transport.text({ method: 'DELETE', path: path`/services/${nameOrId}`, doing: `remove the service ${nameOrId}` }));
    },

    async tasks(filter) {
      const found = await transport.json(
        {
          method: 'GET',
          path: '/tasks',
          doing: 'list tasks',
          query: { filters: filter.service === undefined ? undefined : JSON.stringify({ service: [filter.service] }) },
        },
        tasksAnswer,
      );
      return found.map(toTask);
    },

    async configs(labels) {
      const found = await transport.json(
        { method: 'GET', path: '/configs', doing: 'list configs', query: { filters: labelFilter(labels) } },
        configsAnswer,
      );
      return found.map(toConfig);
    },

    async config(name) {
      const found = await transport.jsonOrNull(
        { method: 'GET', path: path`/configs/${name}`, doing: `read the config ${name}` },
        configAnswer,
      );
      return found && (found.Spec.Name === name || found.ID === name) ? toConfig(found) : null;
    },

    async createConfig(config) {
      const body = { Name: config.name, Labels: config.labels, Data: Buffer.from(config.data, 'utf8').toString('base64') };
      return idOf(
        await transport.json({ method: 'POST', path: '/configs/create', doing: `create the config ${config.name}`, body }, createdAnswer),
      );
    },

    async updateConfigLabels(config, labels) {
      // Swarm compares the whole spec and refuses when anything but the labels differs.
      const body = { Name: config.name, Labels: labels, Data: Buffer.from(config.data, 'utf8').toString('base64') };
      await transport.text({
        method: 'POST',
        path: path`/configs/${config.id}/update`,
        doing: `change the config ${config.name}`,
        query: { version: config.versionIndex },
        body,
      });
    },

    async removeConfig(nameOrId) {
      await ifThere(transport.text({ method: 'DELETE', path: path`/configs/${nameOrId}`, doing: `remove the config ${nameOrId}` }));
    },

    async networks() {
      const found = await transport.json({ method: 'GET', path: '/networks', doing: 'list networks' }, networksAnswer);
      return found.map((network) => ({
        id: network.Id,
        name: network.Name,
        driver: network.Driver,
        scope: network.Scope,
        attachable: network.Attachable,
        subnets: (network.IPAM?.Config ?? []).map(({ Subnet }) => Subnet).filter((subnet) => subnet !== ''),
      }));
    },

    async network(name) {
      const found = await transport.jsonOrNull(
        { method: 'GET', path: path`/networks/${name}`, doing: `look at the network ${name}` },
        networkAnswer,
      );
      if (!found) return null;
      const ranges = (found.IPAM?.Config ?? []).filter(({ Subnet }) => isIPv4(Subnet.replace(/\/.*$/, '')));
      const withoutLength = (address: string): string => address.replace(/\/.*$/, '');
      return {
        subnets: ranges.map(({ Subnet }) => Subnet),
        gateway: ranges.map(({ Gateway }) => withoutLength(Gateway)).find((gateway) => isIPv4(gateway)) ?? null,
        addresses: new Map(
          Object.entries(found.Containers ?? {}).map(([id, { IPv4Address }]) => [id, withoutLength(IPv4Address)] as const),
        ),
      };
    },

    async createNetwork(options) {
      const body = {
        Name: options.name,
        Driver: 'overlay',
        Attachable: true,
        CheckDuplicate: true,
        Labels: options.labels,
        ...(options.subnet ? { IPAM: { Driver: 'default', Config: [{ Subnet: options.subnet }] } } : {}),
      };
      return idOf(
        await transport.json(
          { method: 'POST', path: '/networks/create', doing: `create the network ${options.name}`, body },
          createdAnswer,
        ),
      );
    },

    async swarmInit(advertiseAddress) {
      await transport.text({
        method: 'POST',
        path: '/swarm/init',
        doing: 'make the server a swarm of one',
        // A cluster of one has nobody to listen for, so that its ports stay off the network. When a second server is to join, the same
        // state can be taken over with another address (`swarm init --force-new-cluster`).
        body: { ListenAddr: isIPv6(advertiseAddress) ? '[::1]:2377' : '127.0.0.1:2377', AdvertiseAddr: advertiseAddress },
        timeoutMs: 90_000,
      });
    },
  };
}

function labelFilter(labels: Labels | undefined): string | undefined {
  if (!labels) return undefined;
  return JSON.stringify({ label: Object.entries(labels).map(([key, value]) => `${key}=${value}`) });
}

function idOf(answer: z.output<typeof createdAnswer>): string {
  return 'ID' in answer ? answer.ID : answer.Id;
}

/** Removing what is not there is done already. */
async function ifThere(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!(error instanceof ExpectedError && error.code === 'not-found')) throw error;
  }
}

function toService(answer: z.output<typeof serviceAnswer>): Service {
  return {
    id: answer.ID,
    versionIndex: answer.Version.Index,
    name: answer.Spec.Name,
    labels: answer.Spec.Labels,
    image: answer.Spec.TaskTemplate.ContainerSpec?.Image ?? '',
    replicas: answer.Spec.Mode?.Replicated?.Replicas ?? 0,
    createdAt: answer.CreatedAt ?? 0,
    updatedAt: answer.UpdatedAt ?? 0,
    // The parts above were looked at; the rest goes back to Docker as it came.
    spec: answer.Spec as unknown as ServiceSpec,
  };
}

function toTask(answer: z.output<typeof taskAnswer>): Task {
  const container = answer.Status?.ContainerStatus;
  return {
    id: answer.ID,
    serviceId: answer.ServiceID,
    slot: answer.Slot,
    state: answer.Status?.State ?? 'new',
    desiredState: answer.DesiredState,
    message: answer.Status?.Message ?? '',
    error: answer.Status?.Err ?? '',
    exitCode: container?.ExitCode ?? null,
    containerId: container?.ContainerID || null,
    nodeId: answer.NodeID,
    createdAt: answer.CreatedAt ?? 0,
    updatedAt: answer.UpdatedAt ?? 0,
    addresses: answer.NetworksAttachments.flatMap((attachment) =>
      attachment.Addresses.map((address) => ({
        network: attachment.Network?.Spec?.Name ?? '',
        // Swarm gives it with the length of its network: 10.0.1.5/24.
        address: address.split('/', 1)[0] ?? address,
      })),
    ),
  };
}

function toConfig(answer: z.output<typeof configAnswer>): SwarmConfig {
  return {
    id: answer.ID,
    versionIndex: answer.Version.Index,
    name: answer.Spec.Name,
    labels: answer.Spec.Labels,
    data: Buffer.from(answer.Spec.Data, 'base64').toString('utf8'),
    createdAt: answer.CreatedAt ?? 0,
    updatedAt: answer.UpdatedAt ?? 0,
  };
}
