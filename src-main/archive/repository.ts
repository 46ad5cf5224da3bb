import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { mayTrackRepositories, nothingTracked, readIndex, type TrackedFiles } from './git-index.ts';
import { parseIgnoreFile } from './git-pattern.ts';
import { expandHome, type GitHome, type GitSettings, isOn, readSettings } from './git-settings.ts';
import { IgnoreRules } from './ignore-rules.ts';
import { readRegularFile } from './regular-file.ts';

/** What a repository (or the lack of one) adds to the `.gitignore` files in its tree. */
export interface Repository {
  readonly ignoreCase: boolean;
  /** The folder whose files it tracks: that of its `.git`, unless core.worktree says otherwise. */
  readonly top: string;
  /**
   * `.git/info/exclude` and core.excludesFile, the stronger first, as rules of `folder`, the root of the repository.
   * `shownAs` is what the user reads for the former.
   */
  excludes(folder: string, shownAs: string): IgnoreRules[];
  /** Read when it is first asked for: a tree without ignored files never needs it. @throws as {@link readIndex}. */
  tracked(): TrackedFiles;
  /** True where it tracks another repository in the folder `path`; asks no more than it has to. @throws as {@link readIndex}. */
  tracksRepository(path: string): boolean;
}

/** The repository whose `.git` lies in `folder`; null where git would not see one, or none with files (a bare one). */
export function repositoryIn(folder: string, home: GitHome): Repository | null {
  const gitDirectory = findGitDirectory(folder);
  if (gitDirectory === null) return null;
  const common = commonDirectory(gitDirectory);
  const settings = readSettings(gitDirectory, common, home);
  const top = workingTree(folder, gitDirectory, common, settings);
  return top === null ? null : openRepository(top, gitDirectory, common, settings, home);
}

/** What holds in a folder outside git, which works by the same rules. */
export function noRepository(folder: string, home: GitHome): Repository {
  return openRepository(folder, null, null, readSettings(null, null, home), home);
}

/**
 * The git directory of the working tree `folder`: its `.git`, or what the `.git` file of a worktree or submodule names.
 * Null where git would not see a repository.
 */
function findGitDirectory(folder: string): string | null {
  const dotGit = join(folder, '.git');
  const kind = statSync(dotGit, { throwIfNoEntry: false });
  if (!kind) return null;
  const directory = kind.isFile() ? readPointer(dotGit, /^gitdir: (.*)$/m) : dotGit;
  if (directory === null) return null;
  const common = commonDirectory(directory);
  return existsSync(join(directory, 'HEAD')) && existsSync(join(common, 'objects')) && existsSync(join(common, 'refs')) ? directory : null;
}

/** A linked worktree is its own folder, whatever the settings that it shares say; so git has it (check_repository_format). */
function workingTree(folder: string, gitDirectory: string, common: string, settings: GitSettings): string | null {
  if (common !== gitDirectory) return folder;
  const moved = settings.get('core.worktree');
  if (moved) {
    const top = resolve(gitDirectory, moved);
    const real = existsSync(top) ? realpathSync(top) : top;
    return relative(real, folder).split(sep)[0] === '..' ? null : real;
  }
  return isOn(settings, 'core.bare') ? null : folder;
}

function openRepository(top: string, gitDirectory: string | null, common: string | null, settings: GitSettings, home: GitHome): Repository {
  const ignoreCase = isOn(settings, 'core.ignorecase');
  const chosen = settings.has('core.excludesfile') ? settings.get('core.excludesfile') : home.defaultExcludes;
  const hashLength = settings.get('extensions.objectformat') === 'sha256' ? 32 : 20;
  let tracked: TrackedFiles | null = null;
  let mayTrack: boolean | null = gitDirectory === null ? false : null;
  return {
    ignoreCase,
    top,
    excludes(folder, shownAs) {
      const rules: IgnoreRules[] = [];
      const add = (path: string, shown: string): void => {
        const content = readRegularFile(path, true);
        const found = content && IgnoreRules.of(shown, parseIgnoreFile(content, ignoreCase), folder, ignoreCase);
        if (found) rules.push(found);
      };
      if (common !== null) add(join(common, 'info', 'exclude'), shownAs);
      if (chosen) {
        // Git works at the top of the repository, and so a relative path starts there.
        const path = resolve(top, expandHome(chosen, home));
        add(path, path.startsWith(`${home.home}/`) ? `~${path.slice(home.home.length)}` : path);
      }
      return rules;
    },
    tracked() {
      tracked ??= gitDirectory === null ? nothingTracked : readIndex(gitDirectory, hashLength);
      return tracked;
    },
    tracksRepository(path) {
      mayTrack ??= gitDirectory !== null && mayTrackRepositories(gitDirectory);
      return mayTrack && this.tracked().hasRepository(path);
    },
  };
}

/** Worktrees keep HEAD and index for themselves and share the rest. */
function commonDirectory(gitDirectory: string): string {
  return readPointer(join(gitDirectory, 'commondir'), /^(.*)$/m) ?? gitDirectory;
}

function readPointer(file: string, form: RegExp): string | null {
  const target = form.exec(readRegularFile(file, true)?.toString('utf8') ?? '')?.[1]?.trim();
  return target ? resolve(dirname(file), target) : null;
}
