import { ExpectedError } from '../contract/errors.ts';
import type { BuildPlan } from '../contract/models/source.ts';

/** What has to be added to the packed folder so that Docker can build it. */
export interface BuildContext {
  /** The path of the Dockerfile inside the context, for the build request. */
  readonly dockerfile: string;
  readonly extra: readonly { readonly path: string; readonly data: string }[];
  /** For the release record: the project's own, edited, or the language it was proposed for. */
  readonly origin: string;
}

/**
 * Decides which Dockerfile is built with. `override` is the text that the user left in the deploy sheet, null for
 * whatever the plan says. A text that is not the project's own file goes along under a name that hides nothing.
 * @throws ExpectedError language-unknown when there is neither.
 */
export function prepareContext(plan: BuildPlan, override: string | null, has: (path: string) => boolean = () => false): BuildContext {
  const isEdited = override !== null && override !== plan.dockerfile;
  const text = override ?? plan.dockerfile;
  if (text.trim() === '') {
    throw new ExpectedError('language-unknown', 'There is no Dockerfile, and the language of this folder was not recognised.', {
      next: 'Put a Dockerfile into the folder, or write one in the deploy sheet.',
    });
  }
  const origin = isEdited ? 'edited Dockerfile' : plan.origin === 'project' ? 'Dockerfile' : (plan.language ?? 'Dockerfile');
  if (!isEdited && plan.origin === 'project' && plan.reasons[0] === 'Dockerfile') return { dockerfile: 'Dockerfile', extra: [], origin };
  // Begins with a dot: web servers do not hand it out, and a recursive COPY of the sources keeps it out of sight.
  let path = '.longshore.Dockerfile';
  for (let count = 2; has(path); count++) path = `.longshore-${count}.Dockerfile`;
  return { dockerfile: path, extra: [{ path, data: text }], origin };
}
