import { z } from 'zod';
import { type DeployTarget, type FileChoices, fileChoices, noChoices } from '../contract/index.ts';
import type { Store } from './types.ts';

const storeKey = 'files.choices';
/** Of folders that never became an app, and of apps, so many are kept: the newest. */
const mostFolders = 200;
const mostApps = 1000;

const ofFolder = z.object({ ...fileChoices.shape, at: z.number() });
/** With the folder that the app was last deployed from. */
const ofApp = ofFolder.extend({ server: z.string(), app: z.string(), folder: z.string().nullable() });
type OfFolder = z.infer<typeof ofFolder>;
type OfApp = z.infer<typeof ofApp>;

interface Remembered {
  readonly apps: Readonly<Record<string, OfApp>>;
  readonly folders: Readonly<Record<string, OfFolder>>;
}

/**
 * Which files go beyond or short of what the rules say, as it was last chosen: per app and server, and per folder while there is
 * no app yet. A folder's choices become those of the first app that is deployed from it, so that a secret which was ticked for
 * one app is never sent to another by it. Window and command line share them through the store.
 */
export class RememberedChoices {
  constructor(
    private readonly store: Pick<Store, 'get' | 'update'>,
    private readonly now: () => number = Date.now,
  ) {}

  /** What a deploy of the folder to the app begins with. */
  of(target: DeployTarget, folder: string): FileChoices {
    const { apps, folders } = this.#read();
    return onlyChoices(apps[keyOf(target)] ?? folders[folder]);
  }

  /** Where the folder was last deployed to, and the choices for it there; those of the folder itself where it never was. */
  ofFolder(folder: string): { readonly target: DeployTarget | null; readonly choices: FileChoices } {
    const { apps, folders } = this.#read();
    const last = Object.values(apps)
      .filter((app) => app.folder === folder)
      .reduce<OfApp | null>((newest, app) => (newest === null || app.at > newest.at ? app : newest), null);
    const target = last && { server: last.server, app: last.app };
    return { target, choices: onlyChoices(last ?? folders[folder]) };
  }

  /** Without a target the folder's own. */
  async set(target: DeployTarget | null, folder: string, choices: FileChoices): Promise<void> {
    await this.#change((before) =>
      target === null ? withFolder(before, folder, choices, this.now()) : this.#withApp(before, target, choices),
    );
  }

  /** A deploy begins: the choices are the app's from now on, and the folder is where it comes from. */
  async deployed(target: DeployTarget, folder: string, choices: FileChoices): Promise<void> {
    await this.#change((before) => {
      const { [folder]: _moved, ...folders } = before.folders;
      return { ...this.#withApp(before, target, choices, folder), folders };
    });
  }

  /** An app was removed: another one of that name begins without its secrets, and so does the folder. */
  async forget(target: DeployTarget): Promise<void> {
    await this.#change((before) => {
      const { [keyOf(target)]: _removed, ...apps } = before.apps;
      return { ...before, apps };
    });
  }

  #withApp(before: Remembered, target: DeployTarget, choices: FileChoices, folder?: string): Remembered {
    const key = keyOf(target);
    const from = folder ?? before.apps[key]?.folder ?? null;
    const app: OfApp = { ...onlyChoices(choices), ...target, folder: from, at: this.now() };
    return { ...before, apps: newest({ ...before.apps, [key]: app }, mostApps) };
  }

  #read(): Remembered {
    return parse(this.store.get(storeKey));
  }

  #change(change: (before: Remembered) => Remembered): Promise<void> {
    return this.store.update(storeKey, (value) => ({ ...asObject(value), ...change(parse(value)) }));
  }
}

/** A server's id has no slash. */
function keyOf({ server, app }: DeployTarget): string {
  return `${server}/${app}`;
}

function withFolder(before: Remembered, folder: string, choices: FileChoices, at: number): Remembered {
  const { [folder]: _before, ...others } = before.folders;
  const isEmpty = choices.include.length === 0 && choices.exclude.length === 0;
  return { ...before, folders: isEmpty ? others : newest({ ...others, [folder]: { ...onlyChoices(choices), at } }, mostFolders) };
}

function newest<T extends { readonly at: number }>(all: Readonly<Record<string, T>>, most: number): Record<string, T> {
  const entries = Object.entries(all);
  if (entries.length <= most) return { ...all };
  return Object.fromEntries(entries.sort(([, one], [, other]) => other.at - one.at).slice(0, most));
}

function onlyChoices(choices: FileChoices | undefined): FileChoices {
  return choices === undefined ? noChoices : { include: [...choices.include], exclude: [...choices.exclude] };
}

/** Every entry that is sound by itself: one that is not, as after an edit by hand, loses nothing else. */
function parse(value: unknown): Remembered {
  const { apps, folders } = asObject(value);
  return { apps: sound(ofApp, apps), folders: sound(ofFolder, folders) };
}

function sound<T>(schema: z.ZodType<T>, value: unknown): Record<string, T> {
  const entries = Object.entries(asObject(value)).flatMap(([key, entry]) => {
    const parsed = schema.safeParse(entry);
    return parsed.success ? [[key, parsed.data] as const] : [];
  });
  return Object.fromEntries(entries);
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
