import { type Dirent, lstatSync, readdirSync, type Stats } from 'node:fs';
import { toBuffer, toText } from './byte-path.ts';
import type { Dockerignore } from './dockerignore.ts';
import { FileTable } from './file-table.ts';
import type { Rule } from './ignore-rules.ts';
import { type GitHome, readRegularFile } from './repository.ts';
import { looksSecret } from './secrets.ts';
import {
  hasTrackedBelow,
  isTracked,
  judge,
  nestedRepository,
  rootContext,
  rulesBelow,
  type WalkContext,
  withIgnoreFile,
} from './walk-context.ts';

/** How many of the things left out are remembered one by one. */
const LISTED = 20_000;
/** How much of a file is looked at for a token. */
const PEEKED_BYTES = 65_536;

/** Docker gets these whatever the rules say. */
const alwaysSent: ReadonlySet<string> = new Set(['.dockerignore', 'Dockerfile', 'dockerfile', 'Containerfile']);

export interface LeftOutEntry {
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly reason: 'ignored' | 'secret' | 'special' | 'repository' | 'unreadable';
  readonly rule: Rule | null;
  readonly bytes: number | null;
}

interface Frame {
  readonly path: string;
  readonly context: WalkContext;
  readonly entries: readonly Dirent<Buffer>[];
  next: number;
  /** Git keeps no empty folders: a folder is listed when the first thing in it is. */
  listed: boolean;
}

/**
 * Walks a folder depth first, in git's order, without entering what is ignored. Reads folders synchronously (2.4 times
 * faster than by promises, reference measurement) but only for as long as it is told, so that whoever runs it stays
 * responsive and can stop at any moment.
 */
export class Walk {
  readonly kept = new FileTable();
  readonly leftOut: LeftOutEntry[] = [];
  files = 0;
  directories = 0;
  bytes = 0;
  /** Everything left out, also what is no longer listed. */
  leftOutCount = 0;
  /** Not sent though git keeps it: packing has to fail. */
  readonly unreadable: string[] = [];

  readonly #root: string;
  readonly #include: ReadonlySet<string>;
  readonly #home: GitHome;
  readonly #dockerignore: Dockerignore | null;
  readonly #stack: Frame[] = [];
  readonly #mayRead: (stats: Stats) => boolean;

  /**
   * `root` is an absolute path without links. `include` names secrets to send all the same, as they were shown.
   * `dockerignore` is asked about what git keeps.
   */
  constructor(root: string, include: readonly string[], home: GitHome, dockerignore: Dockerignore | null = null) {
    this.#dockerignore = dockerignore;
    this.#root = Buffer.from(root).toString('latin1').replace(/\/$/, '');
    this.#include = new Set(include);
    this.#home = home;
    this.#mayRead = readableBy(process.geteuid?.(), process.getgroups?.() ?? []);
    this.#enter('', rootContext(root, home));
  }

  /** Goes on until `isTimeUp` says so; true when the walk is complete. */
  run(isTimeUp: () => boolean): boolean {
    for (let frame = this.#stack.at(-1); frame; frame = this.#stack.at(-1)) {
      if (isTimeUp()) return false;
      const entry = frame.entries[frame.next++];
      if (entry) this.#visit(frame, entry);
      else this.#stack.pop();
    }
    return true;
  }

  #enter(path: string, inherited: WalkContext): void {
    let entries: Dirent<Buffer>[];
    try {
      entries = readdirSync(toBuffer(this.#absolute(path)), { withFileTypes: true, encoding: 'buffer' });
    } catch (error) {
      // A folder that is gone by now is simply not there.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#cannotRead(path, 'directory');
      return;
    }
    let context = inherited;
    const names = new Set(entries.map((entry) => entry.name.toString('latin1')));
    if (path !== '' && names.has('.git')) context = nestedRepository(path, this.#absolute(path), this.#home) ?? context;
    if (names.has('.gitignore') && context.trackedOnly === null) context = withIgnoreFile(context, path, this.#absolute(path));
    this.#stack.push({ path, context, entries: sortAsGit(entries), next: 0, listed: path === '' });
  }

  #visit(frame: Frame, entry: Dirent<Buffer>): void {
    const name = entry.name.toString('latin1');
    const path = frame.path === '' ? name : `${frame.path}/${name}`;
    const isFolder = entry.isDirectory();
    const kind = isFolder ? 'directory' : entry.isFile() ? 'file' : entry.isSymbolicLink() ? 'link' : 'other';
    if (name === '.git') {
      this.#leaveOut({ path, kind, reason: 'repository', rule: null, bytes: null });
      return;
    }
    const { context } = frame;
    const rule = context.trackedOnly ?? ruleAgainst(context, path, isFolder);
    const kept = rule === null || isTracked(context, path);
    const unwanted = kept ? this.#ruleOfDocker(path, isFolder) : null;
    if (unwanted !== null) {
      this.#leaveOut({ path, kind, reason: 'ignored', rule: unwanted, bytes: null });
      return;
    }
    if (isFolder && (kept || hasTrackedBelow(context, path))) {
      this.#enter(
        path,
        kept ? { ...context, rules: rulesBelow(context.rules, path), trackedOnly: null } : { ...context, trackedOnly: rule },
      );
    } else if (!kept) this.#leaveOut({ path, kind, reason: 'ignored', rule, bytes: null });
    else if (kind === 'other') this.#leaveOut({ path, kind, reason: 'special', rule: null, bytes: null });
    else this.#keep(path, kind === 'link');
  }

  #keep(path: string, isLink: boolean): void {
    const stats = lstatSync(toBuffer(this.#absolute(path)), { throwIfNoEntry: false });
    if (!stats) return;
    if (!isLink) {
      if (!this.#mayRead(stats)) {
        this.#cannotRead(path, 'file');
        return;
      }
      const secret = this.#secretIn(path);
      if (secret !== null && !this.#include.has(toText(path))) {
        this.#leaveOut({ path, kind: 'file', reason: 'secret', rule: { file: '', line: 0, pattern: secret }, bytes: stats.size });
        return;
      }
    }
    this.#listFolders();
    this.kept.add(path, isLink ? 'link' : 'file', isLink ? 0 : stats.size, (stats.mode & 0o100) !== 0);
    this.files++;
    if (!isLink) this.bytes += stats.size;
  }

  /** An excluded folder is walked all the same while a rule may bring back something in it. */
  #ruleOfDocker(path: string, isFolder: boolean): Rule | null {
    const rules = this.#dockerignore;
    if (rules === null || (isFolder && !rules.canPrune) || alwaysSent.has(path)) return null;
    const verdict = rules.decide(path);
    return verdict.ignored ? verdict.rule : null;
  }

  #secretIn(path: string): string | null {
    const secret = looksSecret(path);
    if (secret === null || secret.content === null) return secret?.looksLike ?? null;
    const content = readRegularFile(toBuffer(this.#absolute(path)), false);
    return content !== null && secret.content.test(content.toString('latin1', 0, PEEKED_BYTES)) ? secret.looksLike : null;
  }

  #listFolders(): void {
    for (const frame of this.#stack) {
      if (frame.listed) continue;
      frame.listed = true;
      this.kept.add(frame.path, 'directory', 0, true);
      this.directories++;
    }
  }

  #cannotRead(path: string, kind: 'file' | 'directory'): void {
    this.unreadable.push(path);
    this.#leaveOut({ path, kind, reason: 'unreadable', rule: null, bytes: null });
  }

  #leaveOut(entry: LeftOutEntry): void {
    this.leftOutCount++;
    if (this.leftOut.length < LISTED) this.leftOut.push(entry);
    // What the user has to know or to tick is never pushed out by ignored files.
    else if (entry.reason !== 'ignored') this.#replaceIgnored(entry);
  }

  #replaceIgnored(entry: LeftOutEntry): void {
    const last = this.leftOut.findLastIndex((one) => one.reason === 'ignored');
    if (last < 0) return;
    this.leftOut.splice(last, 1);
    this.leftOut.push(entry);
  }

  #absolute(path: string): string {
    return `${this.#root}/${path}`;
  }
}

function ruleAgainst(context: WalkContext, path: string, isFolder: boolean): Rule | null {
  const verdict = judge(context.rules, path, isFolder);
  return verdict?.ignored === true ? verdict.rule : null;
}

/** Git compares whole paths, so a folder stands where its name with a slash would. */
function sortAsGit(entries: readonly Dirent<Buffer>[]): Dirent<Buffer>[] {
  return entries
    .map((entry) => ({ entry, key: entry.name.toString('latin1') + (entry.isDirectory() ? '/' : '') }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ entry }) => entry);
}

/** Judges by the mode alone: asking the kernel about each file would cost more than all the rest. */
function readableBy(user: number | undefined, groups: readonly number[]): (stats: Stats) => boolean {
  if (user === undefined || user === 0) return () => true;
  return ({ mode, uid, gid }) => (mode & (uid === user ? 0o400 : groups.includes(gid) ? 0o040 : 0o004)) !== 0;
}
