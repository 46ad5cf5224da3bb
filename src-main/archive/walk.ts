import type { Stats } from 'node:fs';
import type { Dockerignore } from './dockerignore.ts';
import { FileTable } from './file-table.ts';
import type { GitHome } from './git-settings.ts';
import type { Rule, Verdict } from './ignore-rules.ts';
import { type Looks, secretIn } from './secrets.ts';
import { type Choices, choicesBelow, ForcedPaths, rootChoices, withOwnIgnoreFile } from './walk-choices.ts';
import {
  hasTrackedBelow,
  isPlaceOfRepository,
  isTracked,
  judge,
  nestedRepository,
  rootContext,
  rulesBelow,
  type WalkContext,
  withIgnoreFile,
} from './walk-context.ts';
import { canOpen, lookAt, readableBy } from './walk-file.ts';
import { type EntryType, nameOf, readFolder, typeOf } from './walk-folder.ts';
import type { FolderReader } from './walk-folder-cache.ts';
import { LeftOut, type LeftOutEntry } from './walk-left-out.ts';

/** Docker gets these whatever the rules say. */
const alwaysSent: ReadonlySet<string> = new Set(['.dockerignore', 'Dockerfile', 'dockerfile', 'Containerfile']);

/** How the rules came to what they said of one path; for {@link WalkOptions.onDecision}. */
export interface Decision {
  readonly path: string;
  readonly kind: EntryType;
  /** What decided: the rule that leaves it out or brings it back; null where no rule has anything to say. */
  readonly verdict: Verdict | null;
  /** What git's own rules say, whether or not that counted. */
  readonly ofGit: Verdict | null;
  /** Git tracks it, so that git's own rules do not count. */
  readonly tracked: boolean;
  /** It, or a folder above it, was named to be sent all the same. */
  readonly forced: boolean;
}

export interface WalkOptions {
  /** What is sent all the same, as it was shown: secrets, and what is ignored. */
  readonly include?: readonly string[] | undefined;
  /** Patterns in the dialect of `.gitignore` for what is left out on top. */
  readonly exclude?: readonly string[] | undefined;
  /** Hold nothing back that looks like a secret. */
  readonly secrets?: boolean | undefined;
  readonly home: GitHome;
  /** Asked about what is otherwise kept. */
  readonly dockerignore?: Dockerignore | null | undefined;
  /** How folders are read, unless it is by asking the kernel each time. */
  readonly readFolder?: FolderReader | undefined;
  /** Follow only this path (a byte string); what is below it is walked whole. */
  readonly only?: string | undefined;
  readonly onDecision?: ((decision: Decision) => void) | undefined;
}

interface Frame extends Looks {
  readonly path: string;
  readonly context: WalkContext;
  readonly choices: Choices;
  /** As {@link readFolder} gives them. */
  readonly entries: readonly string[];
  next: number;
  /** Git keeps no empty folders: a folder is listed when the first thing in it is. */
  listed: boolean;
}

/**
 * Walks a folder depth first, in git's order, without entering what is ignored. Reads folders synchronously (2.4 times
 * faster than by promises on 184,000 files) but only for as long as it is told, so that whoever runs it stays
 * responsive and can stop at any moment.
 *
 * Who wins, the strongest first: a path that is named to be forced in; the per-app patterns; a folder above that is
 * forced in; then all of git's rules, `.longshoreignore` and `.dockerignore` have to keep it. Secrets go along only when
 * they are named themselves.
 */
export class Walk {
  readonly kept = new FileTable();
  files = 0;
  directories = 0;
  bytes = 0;
  /** Not sent though git keeps it: packing has to fail. */
  readonly unreadable: string[] = [];

  readonly #leftOut = new LeftOut();
  readonly #root: string;
  readonly #options: WalkOptions;
  readonly #forced: ForcedPaths;
  readonly #readFolder: FolderReader;
  readonly #only: readonly string[];
  readonly #stack: Frame[] = [];
  readonly #mayRead: (stats: Stats) => boolean;

  /** `root` is an absolute path without links. */
  constructor(root: string, options: WalkOptions) {
    this.#options = options;
    this.#root = Buffer.from(root).toString('latin1').replace(/\/$/, '');
    this.#forced = new ForcedPaths(options.include ?? []);
    this.#readFolder = options.readFolder ?? readFolder;
    this.#only = options.only?.split('/') ?? [];
    this.#mayRead = readableBy(process.geteuid?.(), process.getgroups?.() ?? []);
    const context = rootContext(root, options.home);
    this.#enter('', context, rootChoices(options.exclude ?? [], context.repository.ignoreCase));
  }

  get leftOut(): readonly LeftOutEntry[] {
    return this.#leftOut.listed;
  }

  /** Everything left out, also what is no longer listed. */
  get leftOutCount(): number {
    return this.#leftOut.count;
  }

  /** Goes on until `isTimeUp` says so; true when the walk is complete. */
  run(isTimeUp: () => boolean): boolean {
    for (let frame = this.#stack.at(-1); frame; frame = this.#stack.at(-1)) {
      if (isTimeUp()) return false;
      const entry = frame.entries[frame.next++];
      if (entry !== undefined) this.#visit(frame, entry);
      else this.#stack.pop();
    }
    return true;
  }

  #enter(path: string, inherited: WalkContext, inheritedChoices: Choices): void {
    const absolute = this.#absolute(path);
    const folder = this.#readFolder(absolute);
    if (folder === null) return;
    if (folder === 'unreadable') {
      this.#cannotRead(path, 'directory');
      return;
    }
    let context = inherited;
    let choices = inheritedChoices;
    if (context.trackedOnly === null) {
      const nested = folder.hasGit && path !== '' ? nestedRepository(path, absolute, this.#options.home) : null;
      if (nested === null && path !== '' && !choices.forced && isPlaceOfRepository(context, path)) {
        this.#leftOut.add({ path, kind: 'directory', reason: 'submodule', rule: null, bytes: null });
        return;
      }
      context = nested ?? context;
      if (folder.hasGitignore) context = withIgnoreFile(context, path, absolute);
    }
    if (folder.hasOwnIgnoreFile) choices = withOwnIgnoreFile(choices, path, absolute, context);
    const wanted = this.#only[this.#stack.length];
    const entries = wanted === undefined ? folder.entries : folder.entries.filter((entry) => nameOf(entry, typeOf(entry)) === wanted);
    this.#stack.push({ path, context, choices, entries, next: 0, listed: path === '', looks: 0 });
  }

  #visit(frame: Frame, entry: string): void {
    const { path: folder, context, choices } = frame;
    const type = typeOf(entry);
    const name = nameOf(entry, type);
    const path = folder === '' ? name : `${folder}/${name}`;
    if (name === '.git') {
      this.#leftOut.add({ path, kind: type, reason: 'repository', rule: null, bytes: null });
      return;
    }
    const isFolder = type === 'directory';
    const named = this.#forced.has(path);
    const ofGit = context.trackedOnly === null ? judge(context.rules, path, isFolder) : { ignored: true, rule: context.trackedOnly };
    const tracked = ofGit?.ignored === true && isTracked(context, path, isFolder);
    const decided = named ? null : this.#decide(choices, path, isFolder, tracked ? null : ofGit);
    this.#options.onDecision?.({ path, kind: type, verdict: decided, ofGit, tracked, forced: named || choices.forced });
    if (decided?.ignored === true) this.#passOver(path, type, context, choices, decided.rule, decided === ofGit);
    else if (isFolder) {
      // What git ignores is walked by no rules of git when it is forced in.
      const below = ofGit?.ignored === true && !tracked ? { ...context, trackedOnly: ofGit.rule } : this.#below(context, path);
      this.#enter(path, below, named ? { ...choicesBelow(choices, path), forced: true, outBy: null } : choicesBelow(choices, path));
    } else if (type === 'other') this.#leftOut.add({ path, kind: type, reason: 'special', rule: null, bytes: null });
    else this.#keep(frame, path, type === 'link', named, tracked);
  }

  /** What decides about a path that was not named itself; `ofGit` is what git's rules say of it. */
  #decide(choices: Choices, path: string, isFolder: boolean, ofGit: Verdict | null): Verdict | null {
    const ofPatterns = choices.patterns?.decide(path, isFolder) ?? null;
    if (ofPatterns?.ignored === true || choices.forced) return ofPatterns;
    if (choices.outBy !== null) return { ignored: true, rule: choices.outBy };
    if (ofGit?.ignored === true) return ofGit;
    const chosen = ofPatterns ?? judge(choices.rules, path, isFolder);
    if (chosen?.ignored === true) return chosen;
    const ofDocker = this.#decideAsDocker(path, isFolder);
    return ofDocker?.ignored === true ? ofDocker : (chosen ?? ofDocker ?? ofGit);
  }

  /** An excluded folder is walked all the same while a rule may bring back something in it. */
  #decideAsDocker(path: string, isFolder: boolean): Verdict | null {
    const rules = this.#options.dockerignore ?? null;
    if (rules === null || (isFolder && !rules.canPrune(path)) || alwaysSent.has(path)) return null;
    return rules.decide(path);
  }

  /** Leaves a path out, but looks into a folder for what git tracks or the user named in it. */
  #passOver(path: string, kind: EntryType, context: WalkContext, choices: Choices, rule: Rule, byGit: boolean): void {
    if (kind === 'directory') {
      const trackedBelow = byGit && hasTrackedBelow(context, path);
      if (trackedBelow || this.#forced.hasBelow(path)) {
        const below = choicesBelow(choices, path);
        if (byGit) this.#enter(path, { ...context, trackedOnly: rule }, below);
        else this.#enter(path, this.#below(context, path), { ...below, forced: false, outBy: rule });
        return;
      }
    }
    this.#leftOut.add({ path, kind, reason: 'ignored', rule, bytes: null });
  }

  #below(context: WalkContext, folder: string): WalkContext {
    const rules = rulesBelow(context.rules, folder);
    return rules === context.rules && context.trackedOnly === null ? context : { ...context, rules, trackedOnly: null };
  }

  #keep(frame: Frame, path: string, isLink: boolean, named: boolean, trackedIgnored: boolean): void {
    const absolute = this.#absolute(path);
    const stats = lookAt(absolute);
    if (stats === undefined) return;
    if (stats === null) {
      this.#cannotRead(path, isLink ? 'link' : 'file');
      return;
    }
    if (!isLink) {
      if (!this.#mayRead(stats) && !canOpen(absolute)) {
        this.#cannotRead(path, 'file');
        return;
      }
      const secret = named || this.#options.secrets === true ? null : secretIn(path, absolute, stats.size, frame);
      if (secret !== null) {
        this.#leftOut.add({ path, kind: 'file', reason: 'secret', rule: { file: '', line: 0, pattern: secret }, bytes: stats.size });
        return;
      }
    }
    this.#listFolders();
    this.kept.add(path, isLink ? 'link' : 'file', isLink ? 0 : stats.size, (stats.mode & 0o100) !== 0, trackedIgnored);
    this.files++;
    if (!isLink) this.bytes += stats.size;
  }

  #listFolders(): void {
    for (const frame of this.#stack) {
      if (frame.listed) continue;
      frame.listed = true;
      this.kept.add(frame.path, 'directory', 0, true);
      this.directories++;
    }
  }

  #cannotRead(path: string, kind: EntryType): void {
    this.unreadable.push(path);
    this.#leftOut.add({ path, kind, reason: 'unreadable', rule: null, bytes: null });
  }

  #absolute(path: string): string {
    return `${this.#root}/${path}`;
  }
}
