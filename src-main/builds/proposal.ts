import type { Language } from '../contract/models/source.ts';
import type { ProjectFiles } from './project-files.ts';
import type { TemplateName, TemplateValues } from './templates.ts';

/** What a recogniser found: which template, filled with what. */
export interface Proposal {
  readonly language: Language;
  /** "Next.js on Node 22". */
  readonly label: string;
  /** Which files led to it, each a short sentence. */
  readonly reasons: readonly string[];
  readonly template: TemplateName;
  readonly values: TemplateValues;
  readonly port: number;
}

/** Looks at a project; null when it is not of its language, or nothing in it can be started. */
export type Recogniser = (files: ProjectFiles) => Promise<Proposal | null>;

/**
 * A command as the exec form of CMD, so that no shell stands between Docker and the program and a stop signal reaches
 * it. Throws for what cannot stand there.
 */
export function execForm(words: readonly string[]): string {
  if (words.some((word) => /[\x00-\x1f\x7f]/.test(word))) throw new Error('A command with control characters');
  return JSON.stringify(words);
}

/** True for a path that can stand in COPY without quoting: no blanks, no variables, no patterns, not upwards. */
export function isPlainPath(path: string): boolean {
  return /^[A-Za-z0-9_@+=,.-]+(\/[A-Za-z0-9_@+=,.-]+)*$/.test(path) && !path.split('/').includes('..');
}
