import { z } from 'zod';

/**
 * What Docker's answers must look like for the product to work with them; fields it does not use are let through unread.
 * Docker leaves out or nulls what is empty, hence the many defaults. API versions 1.41 (Docker 20.10) and later.
 */
const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((value) => value ?? []);
const integer = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);
/** RFC 3339 to milliseconds since 1970; Docker's zero time and what is missing become null. */
const time = z
  .string()
  .nullish()
  .transform((value) => {
    const at = value ? Date.parse(value) : Number.NaN;
    return Number.isNaN(at) || at <= 0 ? null : at;
  });

export const versionAnswer = z.object({ Version: z.string(), ApiVersion: z.string() });

export const infoAnswer = z.object({
  Name: text,
  ServerVersion: text,
  OperatingSystem: text,
  KernelVersion: text,
  NCPU: integer,
  MemTotal: integer,
  DockerRootDir: text,
  Swarm: z
    .object({
      NodeID: text,
      NodeAddr: text,
      LocalNodeState: z.enum(['inactive', 'pending', 'active', 'error', 'locked']).catch('inactive'),
      ControlAvailable: z.boolean().catch(false),
      Error: text,
      Cluster: z.object({ DefaultAddrPool: list(z.string()) }).nullish(),
    })
    .optional(),
});

export const imagesAnswer = list(z.object({ Id: z.string(), RepoTags: list(z.string()), Labels: labels, Size: integer, Created: integer }));

export const imageAnswer = z.object({
  Id: z.string(),
  Config: z
    .object({
      User: text,
      ExposedPorts: z
        .record(z.string(), z.unknown())
        .nullish()
        .transform((value) => Object.keys(value ?? {})),
    })
    .nullish(),
});

const version = z.object({ Index: z.number().int() });

export const serviceAnswer = z.object({
  ID: z.string(),
  Version: version,
  CreatedAt: time,
  UpdatedAt: time,
  Spec: z.looseObject({
    Name: z.string(),
    Labels: labels,
    TaskTemplate: z.looseObject({ ContainerSpec: z.looseObject({ Image: text }).nullish() }),
    Mode: z.looseObject({ Replicated: z.looseObject({ Replicas: integer }).nullish() }).nullish(),
  }),
});
export const servicesAnswer = list(serviceAnswer);

export const taskAnswer = z.object({
  ID: z.string(),
  ServiceID: text,
  Slot: integer,
  NodeID: text,
  CreatedAt: time,
  UpdatedAt: time,
  DesiredState: text,
  Status: z
    .object({
      State: text,
      Message: text,
      Err: text,
      ContainerStatus: z
        .object({
          ContainerID: text,
          ExitCode: z.number().nullish(),
        })
        .nullish(),
    })
    .nullish(),
  NetworksAttachments: list(
    z.object({
      Network: z.object({ Spec: z.object({ Name: text }).nullish() }).nullish(),
      Addresses: list(z.string()),
    }),
  ),
});
export const tasksAnswer = list(taskAnswer);

export const configAnswer = z.object({
  ID: z.string(),
  Version: version,
  CreatedAt: time,
  UpdatedAt: time,
  Spec: z.object({ Name: z.string(), Labels: labels, Data: text }),
});
export const configsAnswer = list(configAnswer);

export const createdAnswer = z.union([z.object({ ID: z.string() }), z.object({ Id: z.string() })]);

export const networksAnswer = list(
  z.object({
    Id: z.string(),
    Name: z.string(),
    Driver: text,
    Scope: text,
    Attachable: z.boolean().catch(false),
    IPAM: z.object({ Config: list(z.object({ Subnet: text })) }).nullish(),
  }),
);

export const networkAnswer = z.object({
  IPAM: z.object({ Config: list(z.object({ Subnet: text, Gateway: text })) }).nullish(),
  Containers: z.record(z.string(), z.object({ IPv4Address: text })).nullish(),
});

export const containersAnswer = list(
  z.object({
    Id: z.string(),
    Names: list(z.string()),
    Image: text,
    Labels: labels,
    State: text,
    Status: text,
    Created: integer,
    Ports: list(z.object({ PublicPort: z.number().nullish() })),
  }),
);

export const containerAnswer = z.object({
  Id: z.string(),
  Config: z.object({ Tty: z.boolean().catch(false) }).nullish(),
  State: z.object({
    Running: z.boolean(),
    ExitCode: integer,
    OOMKilled: z.boolean().catch(false),
    StartedAt: time,
    FinishedAt: time,
    Pid: integer,
    Health: z.object({ Log: list(z.object({ ExitCode: integer, Output: text })) }).nullish(),
  }),
});

export const waitAnswer = z.object({ StatusCode: z.number() });

export const execAnswer = z.object({ Running: z.boolean(), ExitCode: z.number().nullish() });

export const eventAnswer = z.object({
  Type: text,
  Action: text,
  Actor: z.object({ ID: text, Attributes: labels }).nullish(),
});

/** One line of a build's or pull's progress. */
export const progressLine = z.object({
  stream: z.string().optional(),
  status: z.string().optional(),
  id: z.string().optional(),
  progressDetail: z.looseObject({ current: z.number().optional() }).nullish(),
  error: z.string().optional(),
  aux: z.looseObject({ ID: z.string().optional() }).nullish(),
});
