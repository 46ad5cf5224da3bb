import type { Duplex, Readable } from 'node:stream';

/**
 * What the rest of the product sees of Docker: the Engine and Swarm API over channels of one held SSH connection.
 * Everything that comes back was parsed. Errors are ExpectedErrors (`docker-unavailable`, `docker-failed`, `not-found`, `disk-full` …)
 * that keep Docker's own words in `detail`.
 */
export type Labels = Readonly<Record<string, string>>;

export interface Docker {
  ping(signal?: AbortSignal): Promise<void>;
  version(): Promise<{ readonly version: string; readonly apiVersion: string }>;
  info(): Promise<DockerInfo>;

  /** Streams a tar (plain or gzip) into a build. Resolves with the image's id, or throws `build-failed` with the last lines in `detail`. Abort cancels it on the server. */
  build(context: Readable, options: BuildOptions): Promise<{ readonly imageId: string }>;
  /** As {@link build}, of a tar that lies on the server, read by the login user. Needs the docker command there. */
  buildFromFile(file: ServerFile, options: BuildOptions): Promise<{ readonly imageId: string }>;
  images(): Promise<readonly ImageSummary[]>;
  /** The image's id, or null when it is not there. */
  imageId(reference: string): Promise<string | null>;
  imageConfig(reference: string): Promise<ImageConfig>;
  pull(
    reference: string,
    options?: { readonly signal?: AbortSignal | undefined; readonly onLine?: ((line: string) => void) | undefined },
  ): Promise<void>;
  tagImage(reference: string, repository: string, tag: string): Promise<void>;
  /** Removes a tag, and the image with the last one. Not being there is no error. */
  removeImage(reference: string): Promise<void>;

  services(labels?: Labels): Promise<readonly Service[]>;
  service(nameOrId: string): Promise<Service | null>;
  createService(spec: ServiceSpec): Promise<string>;
  /** Compare-and-swap on the version; throws `busy` when somebody else changed it meanwhile. */
  updateService(service: Service, spec: ServiceSpec): Promise<void>;
  removeService(nameOrId: string): Promise<void>;
  tasks(filter: { readonly service?: string | undefined }): Promise<readonly Task[]>;

  configs(labels?: Labels): Promise<readonly SwarmConfig[]>;
  config(name: string): Promise<SwarmConfig | null>;
  /** Throws `name-taken` when one of that name is there: this is how two laptops race. */
  createConfig(config: { readonly name: string; readonly labels: Labels; readonly data: string }): Promise<string>;
  /** Only labels of a config can change. Compare-and-swap: throws `busy` when it changed meanwhile. */
  updateConfigLabels(config: SwarmConfig, labels: Labels): Promise<void>;
  removeConfig(nameOrId: string): Promise<void>;

  networks(): Promise<readonly Network[]>;
  /** A network of this server with who is in it; null when it is not there. */
  network(name: string): Promise<LocalNetwork | null>;
  /** An overlay network; Swarm chooses its addresses where no subnet is given. */
  createNetwork(options: { readonly name: string; readonly labels: Labels; readonly subnet?: string | null }): Promise<string>;

  containers(options?: { readonly all?: boolean; readonly labels?: Labels }): Promise<readonly Container[]>;
  container(id: string): Promise<ContainerState | null>;
  killContainer(id: string, signal: string): Promise<void>;
  /**
   * Runs a program in a container and collects its output, or hands it to `onOutput` as it comes. A non-zero code is a result.
   * `timeoutMs` is 60,000 when not given, 0 for no limit.
   */
  exec(
    container: string,
    argv: readonly string[],
    options?: {
      readonly input?: string | Uint8Array | Readable | undefined;
      readonly signal?: AbortSignal | undefined;
      readonly timeoutMs?: number | undefined;
      readonly onOutput?: ((output: { readonly stream: 'stdout' | 'stderr'; readonly bytes: Buffer }) => void) | undefined;
    },
  ): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;
  /** Runs a program in a container on a pseudo-terminal. */
  execTerminal(
    container: string,
    argv: readonly string[],
    size: { readonly cols: number; readonly rows: number },
  ): Promise<{ readonly stream: Duplex; resize(cols: number, rows: number): Promise<void>; exitCode(): Promise<number | null> }>;
  /** Runs a program in a container of its own, without a network, as root unless `user` says otherwise, and removes the container. */
  runOnce(options: RunOnceOptions): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;
  /** Unpacks a tar into a folder of a container: atomic per file only when followed by a rename. */
  putArchive(container: string, folder: string, tar: Readable): Promise<void>;
  logs(container: string, options: LogOptions): AsyncIterable<LogChunk>;
  /** Swarm and container events from `since` (seconds since 1970 by the server's clock) on, until abort. */
  events(options: { readonly since?: number | undefined; readonly signal: AbortSignal }): AsyncIterable<DockerEvent>;

  swarmInit(advertiseAddress: string): Promise<void>;
  /** Milliseconds since 1970 by the server's clock, from the Date header of a fresh answer (one second resolution). */
  serverTime(): Promise<number>;
}

export interface DockerInfo {
  readonly name: string;
  readonly version: string;
  readonly operatingSystem: string;
  readonly kernelVersion: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly rootFolder: string;
  readonly swarm: 'inactive' | 'pending' | 'active' | 'error' | 'locked';
  readonly swarmManager: boolean;
  readonly nodeId: string;
  readonly nodeAddress: string;
  /** What Swarm takes the addresses of overlay networks from; empty where it does not say. */
  readonly addressPools: readonly string[];
}

export interface BuildOptions {
  readonly tag: string;
  readonly dockerfile: string;
  readonly labels: Labels;
  readonly buildArguments?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Lines as Docker printed them, ANSI kept; `step` when a line begins a step. */
  readonly onLine?: ((line: string, step: { readonly number: number; readonly of: number } | null) => void) | undefined;
}

export interface ServerFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
}

export interface RunOnceOptions {
  readonly image: string;
  readonly argv: readonly string[];
  /** `folder on the server:folder in the container`; Docker creates the first when it is missing. */
  readonly binds?: readonly string[] | undefined;
  readonly user?: string | undefined;
  readonly labels?: Labels | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds the program may take; 60,000 when not given. */
  readonly timeoutMs?: number | undefined;
}

export interface ImageSummary {
  readonly id: string;
  readonly tags: readonly string[];
  readonly labels: Labels;
  readonly sizeBytes: number;
  readonly createdAt: number;
}

export interface ImageConfig {
  readonly id: string;
  readonly exposedPorts: readonly number[];
  readonly user: string;
}

/** The part of Swarm's ServiceSpec that the product writes, in the API's own form, so that what is compared is what is sent. */
export interface ServiceSpec {
  readonly Name: string;
  readonly Labels: Labels;
  readonly TaskTemplate: {
    readonly ContainerSpec: {
      readonly Image: string;
      readonly Labels?: Labels;
      readonly Command?: readonly string[];
      readonly Args?: readonly string[];
      readonly Env?: readonly string[];
      readonly User?: string;
      readonly Mounts?: readonly {
        readonly Type: 'bind' | 'volume';
        readonly Source: string;
        readonly Target: string;
        readonly ReadOnly?: boolean;
      }[];
      /** Nanoseconds. */
      readonly StopGracePeriod?: number;
      readonly StopSignal?: string;
      readonly DNSConfig?: { readonly Search?: readonly string[]; readonly Options?: readonly string[] };
      /** Times in nanoseconds. */
      readonly Healthcheck?: {
        readonly Test: readonly string[];
        readonly Interval?: number;
        readonly Timeout?: number;
        readonly StartPeriod?: number;
        readonly Retries?: number;
      };
      readonly Init?: boolean;
    };
    readonly RestartPolicy?: { readonly Condition: 'none' | 'on-failure' | 'any'; readonly Delay?: number; readonly MaxAttempts?: number };
    readonly Placement?: { readonly Constraints?: readonly string[] };
    readonly Networks: readonly { readonly Target: string; readonly Aliases?: readonly string[] }[];
    readonly LogDriver?: { readonly Name: string; readonly Options?: Readonly<Record<string, string>> };
    readonly ForceUpdate?: number;
  };
  readonly Mode: { readonly Replicated: { readonly Replicas: number } };
  readonly UpdateConfig?: {
    readonly Parallelism: number;
    readonly Order: 'start-first' | 'stop-first';
    readonly FailureAction?: 'pause' | 'continue' | 'rollback';
  };
  readonly EndpointSpec: {
    readonly Mode: 'dnsrr' | 'vip';
    readonly Ports?: readonly {
      readonly Protocol: 'tcp' | 'udp';
      readonly TargetPort: number;
      readonly PublishedPort: number;
      readonly PublishMode: 'host' | 'ingress';
    }[];
  };
}

export interface Service {
  readonly id: string;
  readonly versionIndex: number;
  readonly name: string;
  readonly labels: Labels;
  readonly image: string;
  readonly replicas: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** As Docker gave it, for an update that keeps what the product does not know. */
  readonly spec: ServiceSpec;
}

export interface Task {
  readonly id: string;
  readonly serviceId: string;
  readonly slot: number;
  readonly state: string;
  readonly desiredState: string;
  readonly message: string;
  /** Docker's error text, empty when there is none. */
  readonly error: string;
  readonly exitCode: number | null;
  readonly containerId: string | null;
  readonly nodeId: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** The task's addresses on the given network name. */
  readonly addresses: readonly { readonly network: string; readonly address: string }[];
}

export interface SwarmConfig {
  readonly id: string;
  readonly versionIndex: number;
  readonly name: string;
  readonly labels: Labels;
  readonly data: string;
  readonly createdAt: number;
  /** Milliseconds by the server's clock. */
  readonly updatedAt: number;
}

export interface Network {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly scope: string;
  readonly attachable: boolean;
  /** Empty as long as Swarm has given it none. */
  readonly subnets: readonly string[];
}

export interface LocalNetwork {
  /** The IPv4 ones: 172.18.0.0/16. */
  readonly subnets: readonly string[];
  /** The server's own IPv4 address in it; null when it has none. */
  readonly gateway: string | null;
  /** IPv4 addresses by the container's id. */
  readonly addresses: ReadonlyMap<string, string>;
}

export interface Container {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly labels: Labels;
  readonly state: string;
  readonly status: string;
  readonly createdAt: number;
  /** Ports of the server that lead into it. */
  readonly publishedPorts: readonly number[];
}

export interface ContainerState {
  readonly id: string;
  readonly running: boolean;
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  readonly tty: boolean;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly pid: number;
  /** How the container's own health check ended last; null where it has none, or none has ended yet. */
  readonly lastCheck: { readonly exitCode: number; readonly output: string } | null;
}

export interface LogOptions {
  readonly follow: boolean;
  readonly tail: number | 'all';
  /** RFC 3339 with nanoseconds, inclusive. */
  readonly since?: string | undefined;
  readonly signal: AbortSignal;
}

/** One line; `at` is RFC 3339 with nanoseconds by the server's clock. */
export interface LogChunk {
  readonly at: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

export interface DockerEvent {
  readonly type: string;
  readonly action: string;
  readonly id: string;
  readonly attributes: Labels;
  /** Nanoseconds since 1970 as text. */
  readonly timeNano: string;
}
