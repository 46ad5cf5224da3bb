import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DisposableStore } from '../base/disposable.ts';
import { poll } from '../base/wait.ts';
import type { ConnectionState } from '../contract/index.ts';
import { HeldConnection } from './held-connection.ts';
import { readHostKey } from './host-key.ts';
import type { ConnectionTarget, SecretNeed } from './target.ts';
import { startTestServer, type TestServer, type TestServerOptions } from './test-server.ts';

/** For unit tests: a connection to a test server, with the secrets it may be told and a record of what it did. */
export interface TestConnection {
  readonly connection: HeldConnection;
  readonly phases: string[];
  readonly secrets: Map<SecretNeed['kind'], string>;
  readonly asked: string[];
  readonly refused: string[];
  /** Changed by a test as the registry would change the profile. */
  target: ConnectionTarget;
  /** Resolves with the first state of that phase, the present one included. */
  reached<P extends ConnectionState['phase']>(phase: P): Promise<Extract<ConnectionState, { phase: P }>>;
}

export function connectionTo(
  server: Pick<TestServer, 'port' | 'hostKey'>,
  change: Partial<ConnectionTarget> = {},
  agentSocket?: string,
): TestConnection {
  const made: TestConnection = {
    connection: new HeldConnection({
      target: () => made.target,
      agentSocket: () => agentSocket,
      secrets: {
        get: async ({ kind }) => {
          made.asked.push(kind);
          return made.secrets.get(kind) ?? null;
        },
        refused: ({ kind }) => {
          made.refused.push(kind);
          made.secrets.delete(kind);
        },
      },
    }),
    phases: [],
    secrets: new Map([['password', 'right']]),
    asked: [],
    refused: [],
    target: {
      name: 'web1',
      host: '127.0.0.1',
      port: server.port,
      user: 'deploy',
      authentication: { kind: 'password' },
      hostKey: readHostKey(server.hostKey.getPublicSSH()),
      ...change,
    },
    reached: async (phase) => {
      const found = await poll(() => (made.connection.state.phase === phase ? made.connection.state : undefined), {
        everyMs: 5,
        withinMs: 10_000,
      });
      if (found?.phase !== phase) throw new Error(`It did not come to ${phase}, but is ${JSON.stringify(made.connection.state)}`);
      return found as Extract<ConnectionState, { phase: typeof phase }>;
    },
  };
  made.connection.onState(({ phase }) => {
    if (made.phases.at(-1) !== phase) made.phases.push(phase);
  });
  return made;
}

/** The servers and connections of one test, which end with it: `afterEach(bed.empty)`. */
export interface TestBed {
  server(options?: TestServerOptions): Promise<TestServer>;
  connect(...args: Parameters<typeof connectionTo>): TestConnection;
  /** Ends with the test too. */
  add(part: { dispose(): void }): void;
  readonly empty: () => Promise<void>;
}

export function testBed(): TestBed {
  const servers: TestServer[] = [];
  let parts = new DisposableStore();
  return {
    server: async (options) => {
      const started = await startTestServer(options);
      servers.push(started);
      return started;
    },
    connect: (...args) => {
      const made = connectionTo(...args);
      parts.add(made.connection);
      return made;
    },
    add: (part) => void parts.add(part),
    empty: async () => {
      parts.dispose();
      parts = new DisposableStore();
      await Promise.all(servers.splice(0).map((server) => server.close()));
    },
  };
}

/** A folder of files that lasts as long as the returned function is not called. */
export function keyFiles(): { write(name: string, content: string): string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-ssh-'));
  return {
    write: (name, content) => {
      const file = join(folder, name);
      writeFileSync(file, content, { mode: 0o600 });
      return file;
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
