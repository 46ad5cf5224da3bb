/** Where the practice servers keep things. One folder, outside the repository, shared by all checkouts of one user. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export interface SandboxPaths {
  /** The cache folder itself. */
  readonly home: string;
  /** Sparse file with an XFS file system: reflinks make a clone of an 8 GB disk instant on any host file system. */
  readonly storeFile: string;
  /** Where the store is mounted while anything runs. */
  readonly store: string;
  /** Base images, in the store. */
  readonly bases: string;
  /** Disks and mount points of the servers, in the store. */
  readonly disks: string;
  /** Registry data, in the store. */
  readonly registry: string;
  /** Half-made things, in the store; emptied before each build. */
  readonly work: string;
  /** One JSON file per existing server. */
  readonly servers: string;
  readonly locks: string;
  readonly logs: string;
  /** Names and their addresses, kept after `down` so that a name keeps its address. */
  readonly addresses: string;
  /** State of what all servers share: registry process, the host's former ip_forward. */
  readonly shared: string;
  readonly identity: string;
}

/** The folders under LONGSHORE_SANDBOX_DIR, or under the user's cache folder. */
export function sandboxPaths(env: Readonly<Record<string, string | undefined>> = process.env): SandboxPaths {
  const base = env['LONGSHORE_SANDBOX_DIR'] || env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const home = resolve(base, 'longshore-sandbox');
  const store = join(home, 'store');
  return {
    home,
    storeFile: join(home, 'store.xfs'),
    store,
    bases: join(store, 'bases'),
    disks: join(store, 'disks'),
    registry: join(store, 'registry'),
    work: join(store, 'work'),
    servers: join(home, 'servers'),
    locks: join(home, 'locks'),
    logs: join(home, 'logs'),
    addresses: join(home, 'addresses.json'),
    shared: join(home, 'shared.json'),
    identity: join(home, 'id_ed25519'),
  };
}
