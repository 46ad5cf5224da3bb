import { spawn } from 'node:child_process';
import { createConnection, Server as NetServer, type Socket } from 'node:net';
import ssh2, { type AuthContext, type Connection, type ParsedKey, type ServerChannel } from 'ssh2';

export type { AuthContext };

/** For unit tests: ssh2's own server in this process, with a real shell behind exec and real sockets behind forwarding. */
export interface TestServer {
  readonly port: number;
  readonly hostKey: ParsedKey;
  /** Each authentication request but `none`, as `method:user`. */
  readonly logins: readonly string[];
  /** Authentication requests of any kind. */
  readonly requests: number;
  /** Most sessions that were open at once, and those open now. */
  readonly sessions: { readonly most: number; readonly now: number };
  readonly connections: number;
  /** TCP connections that are open now. */
  readonly open: number;
  /** Window sizes that terminals were given, as `COLSxROWS`. */
  readonly sizes: readonly string[];
  /** From now on nothing is read and nothing answered, as when a cable is pulled; the sockets stay open. */
  freeze(): void;
  /** Cuts all connections hard. */
  cut(): void;
  /** Closes all connections as a server does that ends. */
  hangUp(): void;
  close(): Promise<void>;
}

export interface TestServerOptions {
  /** True lets in; a list of methods refuses and says how it may go on, `partial` accepts one factor; 'later' says that it will answer itself. */
  readonly authenticate?: (context: AuthContext) => true | 'later' | { readonly left: AuthContext['method'][]; readonly partial?: boolean };
  /** Private keys; the first is the one that the result names. */
  readonly hostKeys?: readonly string[];
  readonly port?: number;
  /** Takes an exec channel's request without ever answering it. */
  readonly deaf?: boolean;
}

interface KeyPair {
  readonly private: string;
  readonly public: string;
}

/** A new key. ssh2 writes 4 in 1,000 ed25519 keys in a form that neither it nor ssh-keygen reads (1.17): those are thrown away. */
export function newKey(type: 'ed25519' | 'ecdsa' | 'rsa' = 'ed25519', passphrase?: string): KeyPair {
  for (;;) {
    const pair = generate(type, passphrase);
    if (!(ssh2.utils.parseKey(pair.private, passphrase) instanceof Error)) return pair;
  }
}

function generate(type: 'ed25519' | 'ecdsa' | 'rsa', passphrase: string | undefined): KeyPair {
  const protection = passphrase === undefined ? {} : { passphrase, cipher: 'aes256-ctr', rounds: 4 };
  if (type === 'rsa') return ssh2.utils.generateKeyPairSync('rsa', { bits: 2048, ...protection });
  if (type === 'ecdsa') return ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256, ...protection });
  // Its types want either all of the protection or none.
  if (passphrase === undefined) return ssh2.utils.generateKeyPairSync('ed25519');
  return ssh2.utils.generateKeyPairSync('ed25519', { passphrase, cipher: 'aes256-ctr', rounds: 4 });
}

export function parsed(key: string): ParsedKey {
  const found = ssh2.utils.parseKey(key);
  if (found instanceof Error) throw found;
  return found;
}

/** Checks a public key login the way a server has to: the key, then its signature. */
export function holdsKey(context: AuthContext, allowed: ParsedKey): boolean {
  if (context.method !== 'publickey') return false;
  if (!context.key.data.equals(allowed.getPublicSSH())) return false;
  if (!context.signature) return true;
  return allowed.verify(context.blob ?? Buffer.alloc(0), context.signature, context.hashAlgo);
}

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const hostKeys = options.hostKeys ?? [newKey().private];
  const logins: string[] = [];
  const sizes: string[] = [];
  const sockets = new Set<Socket>();
  let now = 0;
  let most = 0;
  let connections = 0;
  let requests = 0;

  const server = new ssh2.Server({ hostKeys: [...hostKeys] }, (client) => {
    connections += 1;
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      requests += 1;
      if (context.method !== 'none') logins.push(`${context.method}:${context.username}`);
      const verdict = options.authenticate?.(context) ?? true;
      if (verdict === true) context.accept();
      else if (verdict !== 'later') context.reject(verdict.left, verdict.partial ?? false);
    });
    client.on('ready', () => serve(client));
  });

  const serve = (client: Connection): void => {
    client.on('session', (accept) => {
      const session = accept();
      now += 1;
      most = Math.max(most, now);
      session.on('close', () => {
        now -= 1;
      });
      session.on('exec', (acceptExec, _reject, info) => {
        if (options.deaf !== true) run(acceptExec(), info.command);
      });
      session.on('pty', (acceptPty, _reject, info) => {
        sizes.push(`${info.cols}x${info.rows}`);
        acceptPty();
      });
      session.on('window-change', (acceptChange, _reject, info) => {
        sizes.push(`${info.cols}x${info.rows}`);
        acceptChange?.();
      });
      session.on('shell', (acceptShell) => run(acceptShell(), '/bin/sh'));
    });
    const forward = (accept: () => ServerChannel, reject: () => void, socket: Socket): void => {
      socket.on('error', () => undefined);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        const channel = accept();
        socket.once('error', () => channel.close());
        channel.on('close', () => socket.destroy());
        channel.pipe(socket).pipe(channel);
      });
    };
    client.on('tcpip', (accept, reject, info) => forward(accept, reject, createConnection({ host: info.destIP, port: info.destPort })));
    client.on('openssh.streamlocal', (accept, reject, info) => forward(accept, reject, createConnection({ path: info.socketPath })));
  };

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  // ssh2 keeps its listening socket to itself; its connections have to be reached to be frozen.
  const listener: unknown = Reflect.get(server, '_srv');
  if (listener instanceof NetServer) listener.on('connection', (socket: Socket) => sockets.add(socket.setNoDelay(true)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The test server has no port');
  return {
    port: address.port,
    hostKey: parsed(hostKeys[0] ?? ''),
    logins,
    sizes,
    sessions: {
      get most() {
        return most;
      },
      get now() {
        return now;
      },
    },
    get requests() {
      return requests;
    },
    get open() {
      return [...sockets].filter((socket) => !socket.destroyed).length;
    },
    get connections() {
      return connections;
    },
    freeze: () => {
      for (const socket of sockets) socket.removeAllListeners('data').pause();
    },
    hangUp: () => {
      for (const socket of sockets) socket.end();
    },
    cut: () => {
      for (const socket of sockets) socket.resetAndDestroy();
      sockets.clear();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Runs a command with a real shell on a channel. */
function run(channel: ServerChannel, command: string): void {
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], { stdio: ['pipe', 'pipe', 'pipe'] });
  channel.pipe(child.stdin);
  child.stdin.on('error', () => undefined);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  channel.on('close', () => child.kill('SIGHUP'));
  child.on('close', (code, signal) => {
    if (signal) channel.exit(signal.replace('SIG', ''));
    else channel.exit(code ?? 0);
    channel.end();
    channel.close();
  });
}
