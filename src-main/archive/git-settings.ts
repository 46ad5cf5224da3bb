import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fromText } from './byte-path.ts';
import { type GitSetting, isTrue, parseGitConfig } from './git-config.ts';
import { wildmatch } from './git-wildmatch.ts';
import { readRegularFile } from './regular-file.ts';

/** Where git's settings for all repositories of this user lie. */
export interface GitHome {
  readonly system: string;
  readonly global: readonly string[];
  /** The ignore file that is used when none is set. */
  readonly defaultExcludes: string;
  readonly home: string;
}

export function gitHome(environment: NodeJS.ProcessEnv = process.env): GitHome {
  const home = environment['HOME'] ?? homedir();
  const xdg = environment['XDG_CONFIG_HOME'] ? environment['XDG_CONFIG_HOME'] : join(home, '.config');
  return {
    system: environment['GIT_CONFIG_SYSTEM'] ?? '/etc/gitconfig',
    global:
      environment['GIT_CONFIG_GLOBAL'] !== undefined
        ? [environment['GIT_CONFIG_GLOBAL']]
        : [join(xdg, 'git', 'config'), join(home, '.gitconfig')],
    defaultExcludes: join(xdg, 'git', 'ignore'),
    home,
  };
}

/** The last value of each setting, by its name in lower case; a value is null where only the key stands. */
export type GitSettings = ReadonlyMap<string, string | null>;

/** Includes are followed this deep, as git does. */
const DEEPEST = 10;

/**
 * All settings as git reads them for the repository at `gitDirectory` (null: outside any): the system's, the user's, the
 * repository's and the worktree's, with what they include (git-config(1), "Includes").
 */
export function readSettings(gitDirectory: string | null, common: string | null, home: GitHome): GitSettings {
  const files = [home.system, ...home.global, ...(common === null ? [] : [join(common, 'config')])];
  const conditions = new Conditions(gitDirectory, home, () => remoteUrls(files, gitDirectory, home));
  const settings = new Map<string, string | null>();
  const add = ({ name, value }: GitSetting): void => void settings.set(name, value);
  for (const file of files) readConfigFile(file, conditions, add, 0);
  if (gitDirectory !== null && isOn(settings, 'extensions.worktreeconfig')) {
    readConfigFile(join(gitDirectory, 'config.worktree'), conditions, add, 0);
  }
  return settings;
}

/** Whether a setting that is true or false is true; one that is not there is not. */
export function isOn(settings: GitSettings, name: string): boolean {
  const value = settings.get(name);
  return value !== undefined && isTrue(value);
}

/** `~/` in front stands for the home folder. */
export function expandHome(path: string, home: GitHome): string {
  return path.startsWith('~/') ? join(home.home, path.slice(2)) : path;
}

function readConfigFile(file: string, conditions: Conditions, add: (setting: GitSetting) => void, depth: number): void {
  const content = file === '' ? null : readRegularFile(file, true);
  if (content === null || depth > DEEPEST) return;
  for (const setting of parseGitConfig(content.toString('utf8'))) {
    const { name, value } = setting;
    add(setting);
    const condition = /^includeif\.(.*)\.path$/s.exec(name)?.[1];
    if (!value || (name !== 'include.path' && (condition === undefined || !conditions.hold(condition, file)))) continue;
    const included = expandHome(value, conditions.home);
    readConfigFile(isAbsolute(included) ? included : join(dirname(file), included), conditions, add, depth + 1);
  }
}

/** What the condition `hasconfig` is asked of: all that is there without the files which it would include. */
function remoteUrls(files: readonly string[], gitDirectory: string | null, home: GitHome): string[] {
  const urls: string[] = [];
  const withoutRemotes = new Conditions(gitDirectory, home, () => []);
  const add = ({ name, value }: GitSetting): void => {
    if (value !== null && /^remote\..*\.url$/s.test(name)) urls.push(value);
  };
  for (const file of files) readConfigFile(file, withoutRemotes, add, 0);
  return urls;
}

/** Decides the conditions of `includeIf`: a port of the functions in git's config.c. */
class Conditions {
  readonly home: GitHome;
  readonly gitDirectory: string | null;
  readonly #remotes: () => readonly string[];

  constructor(gitDirectory: string | null, home: GitHome, remotes: () => readonly string[]) {
    this.gitDirectory = gitDirectory;
    this.home = home;
    this.#remotes = remotes;
  }

  /** `file` is the config file in which the condition stands. */
  hold(condition: string, file: string): boolean {
    const at = condition.indexOf(':');
    const pattern = condition.slice(at + 1);
    switch (condition.slice(0, at)) {
      case 'gitdir':
        return this.#isAt(pattern, file, false);
      case 'gitdir/i':
        return this.#isAt(pattern, file, true);
      case 'onbranch':
        return this.#isOnBranch(withStars(pattern));
      case 'hasconfig': {
        const ofUrl = /^remote\.\*\.url:(.*)$/s.exec(pattern)?.[1];
        return ofUrl !== undefined && this.#remotes().some((url) => wildmatch(fromText(ofUrl), fromText(url), false));
      }
      default:
        return false;
    }
  }

  #isAt(condition: string, file: string, fold: boolean): boolean {
    if (this.gitDirectory === null) return false;
    // Not joined: nothing of a pattern may be tidied away.
    let pattern = condition.startsWith('~/') ? realOr(this.home.home) + condition.slice(1) : condition;
    // What the file's own place contributes is compared literally.
    let literal = 0;
    if (pattern.startsWith('./')) {
      const folder = dirname(realpathSync(file));
      pattern = folder + pattern.slice(1);
      literal = fromText(folder).length + 1;
    } else if (!isAbsolute(pattern)) pattern = `**/${pattern}`;
    const bytes = fromText(withStars(pattern));
    return [realpathSync(this.gitDirectory), resolve(this.gitDirectory)].some((place) => {
      const text = fromText(place);
      const same = fold
        ? text.slice(0, literal).toLowerCase() === bytes.slice(0, literal).toLowerCase()
        : text.startsWith(bytes.slice(0, literal));
      return same && wildmatch(bytes.slice(literal), text.slice(literal), fold);
    });
  }

  #isOnBranch(pattern: string): boolean {
    const head = this.gitDirectory === null ? null : readRegularFile(join(this.gitDirectory, 'HEAD'), true);
    const branch = /^ref: refs\/heads\/(.*)$/m.exec(head?.toString('latin1') ?? '')?.[1]?.trim();
    return branch !== undefined && wildmatch(fromText(pattern), branch, false);
  }
}

function withStars(pattern: string): string {
  return pattern.endsWith('/') ? `${pattern}**` : pattern;
}

function realOr(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}
