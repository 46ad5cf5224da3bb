import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { isTrue, parseGitConfig } from './git-config.ts';
import { nothingTracked, parseIndex, type TrackedFiles } from './git-index.ts';
import { parseIgnoreFile } from './git-pattern.ts';
import { IgnoreRules } from './ignore-rules.ts';

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

/** What a repository (or the lack of one) adds to the `.gitignore` files in its tree. */
export interface Repository {
  readonly ignoreCase: boolean;
  /**
   * `.git/info/exclude` and core.excludesFile, the stronger first, as rules of `folder`, the root of the repository.
   * `shownAs` is what the user reads for the former.
   */
  excludes(folder: string, shownAs: string): IgnoreRules[];
  /** Read when it is first asked for: a tree without ignored files never needs it. */
  tracked(): TrackedFiles;
}

/**
 * The git directory of the working tree `folder`: its `.git`, or what the `.git` file of a worktree or submodule names.
 * Null where git would not see a repository.
 */
export function findGitDirectory(folder: string): string | null {
  const dotGit = join(folder, '.git');
  const kind = statSync(dotGit, { throwIfNoEntry: false });
  if (!kind) return null;
  const directory = kind.isFile() ? readPointer(dotGit, /^gitdir: (.*)$/m) : dotGit;
  if (directory === null) return null;
  const common = commonDirectory(directory);
  return existsSync(join(directory, 'HEAD')) && existsSync(join(common, 'objects')) && existsSync(join(common, 'refs')) ? directory : null;
}

/** `gitDirectory` null stands for a folder outside git, which works by the same rules. */
export function openRepository(gitDirectory: string | null, home: GitHome): Repository {
  const common = gitDirectory === null ? null : commonDirectory(gitDirectory);
  const settings = readSettings(common, home);
  const ignoreCase = isTrue(settings.get('core.ignorecase') ?? 'false');
  const excludesFile = expandHome(settings.get('core.excludesfile') ?? home.defaultExcludes, home);
  const hashLength = settings.get('extensions.objectformat') === 'sha256' ? 32 : 20;
  let tracked: TrackedFiles | null = null;
  return {
    ignoreCase,
    excludes(folder, shownAs) {
      const rules: IgnoreRules[] = [];
      const add = (path: string, shown: string): void => {
        const content = readRegularFile(path, true);
        const found = content && IgnoreRules.of(shown, parseIgnoreFile(content, ignoreCase), folder, ignoreCase);
        if (found) rules.push(found);
      };
      if (common !== null) add(join(common, 'info', 'exclude'), shownAs);
      if (excludesFile !== '')
        add(excludesFile, excludesFile.startsWith(`${home.home}/`) ? `~${excludesFile.slice(home.home.length)}` : excludesFile);
      return rules;
    },
    tracked() {
      if (tracked === null) {
        const index = gitDirectory === null ? null : readRegularFile(join(gitDirectory, 'index'), true);
        tracked = (index && parseIndex(index, hashLength)) ?? nothingTracked;
      }
      return tracked;
    },
  };
}

/** The content of a regular file, null for anything else. Git does not follow a `.gitignore` that is a link. */
export function readRegularFile(path: string | Buffer, followLink: boolean): Buffer | null {
  let handle: number;
  try {
    // Not blocking, so that a FIFO in the place of the file does not hold everything up.
    handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | (followLink ? 0 : constants.O_NOFOLLOW));
  } catch {
    return null;
  }
  try {
    return fstatSync(handle).isFile() ? readFileSync(handle) : null;
  } catch {
    return null;
  } finally {
    closeSync(handle);
  }
}

function readSettings(common: string | null, home: GitHome): Map<string, string | null> {
  const settings = new Map<string, string | null>();
  const files = [home.system, ...home.global, ...(common === null ? [] : [join(common, 'config')])];
  for (const file of files) readConfigFile(file, settings, home, 0);
  return settings;
}

/** Includes are followed (10 deep, as git does); conditional ones are not. */
function readConfigFile(file: string, settings: Map<string, string | null>, home: GitHome, depth: number): void {
  const content = file === '' ? null : readRegularFile(file, true);
  if (content === null || depth > 10) return;
  for (const { name, value } of parseGitConfig(content.toString('utf8'))) {
    if (name === 'include.path' && value) {
      const included = expandHome(value, home);
      readConfigFile(isAbsolute(included) ? included : join(dirname(file), included), settings, home, depth + 1);
    } else settings.set(name, value);
  }
}

function expandHome(path: string | null, home: GitHome): string {
  if (path === null) return '';
  return path.startsWith('~/') ? join(home.home, path.slice(2)) : path;
}

/** Worktrees keep HEAD and index for themselves and share the rest. */
function commonDirectory(gitDirectory: string): string {
  return readPointer(join(gitDirectory, 'commondir'), /^(.*)$/m) ?? gitDirectory;
}

function readPointer(file: string, form: RegExp): string | null {
  const target = form.exec(readRegularFile(file, true)?.toString('utf8') ?? '')?.[1]?.trim();
  return target ? resolve(dirname(file), target) : null;
}
