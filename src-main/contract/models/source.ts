import { z } from 'zod';

/**
 * What a user decided about the files of one app, on top of all rules. The most exact decision counts: a path that is named in
 * `include` is sent whatever else says no; then `exclude` leaves out; then what lies below a folder named in `include` is sent,
 * but for what looks like a secret, which must be named itself.
 */
export const fileChoices = z.object({
  /** Paths as the scan shows them: secrets to send anyway, ignored files and folders to send all the same. */
  include: z.array(z.string().min(1).max(4096)).max(10_000),
  /** Patterns in the dialect of `.gitignore`, from the folder's root. As a rule, pattern n is line n of the file `choice`. */
  exclude: z.array(z.string().min(1).max(4096)).max(10_000),
});
export type FileChoices = z.infer<typeof fileChoices>;
export const noChoices: FileChoices = { include: [], exclude: [] };

/** One thing that will be sent. Paths are relative to the folder with `/`; bytes that are not UTF-8 are shown as U+FFFD. */
export const scanEntry = z.object({
  path: z.string(),
  kind: z.enum(['file', 'link', 'directory']),
  bytes: z.number(),
  /** Git tracks it although a rule ignores it, so it is sent. */
  trackedIgnored: z.boolean(),
});
export type ScanEntry = z.infer<typeof scanEntry>;

/** Which line decided: the file as a user knows it (`.gitignore` relative to the folder, `.dockerignore`, `choice` …), the line from 1. */
export const scanRule = z.object({ file: z.string(), line: z.number().int(), pattern: z.string() });
export type ScanRule = z.infer<typeof scanRule>;

/** One thing that will not be sent, and why. An ignored folder is one entry: what is below it is not looked at. */
export const leftOut = z.object({
  path: z.string(),
  kind: z.enum(['file', 'directory', 'link', 'other']),
  /**
   * secret: looks like one, held back until ticked. special: FIFO, socket or device. repository: a `.git` folder. submodule: the place
   * of another repository that is not checked out.
   */
  reason: z.enum(['ignored', 'secret', 'special', 'repository', 'unreadable', 'submodule']),
  /** The rule that left it out. For a secret, `pattern` says what it looks like. */
  rule: scanRule.nullable(),
  bytes: z.number().nullable(),
});
export type LeftOut = z.infer<typeof leftOut>;

export const language = z.enum(['node', 'python', 'go', 'php', 'static']);
export type Language = z.infer<typeof language>;

/** How the folder will be built. */
export const buildPlan = z.object({
  /** `project`: the folder's own Dockerfile. Else the language that was recognised and for which one is proposed. `unknown`: neither. */
  origin: z.enum(['project', 'proposed', 'unknown']),
  language: language.nullable(),
  /** "Next.js on Node", "Dockerfile in the folder". */
  label: z.string(),
  /** Which files led to it. */
  reasons: z.array(z.string()),
  dockerfile: z.string(),
  /** The port the app is expected to listen on. */
  port: z.number().int(),
});
export type BuildPlan = z.infer<typeof buildPlan>;
