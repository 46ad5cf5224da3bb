import type { BuildPlan } from '../../../src-main/contract/index.ts';

export interface BuildWords {
  /** On the row of the sheet. */
  readonly label: string;
  /** Above the text itself. */
  readonly explanation: string;
}

/** How the folder will be built, in words. */
export function buildWords(build: BuildPlan, edited: string | null): BuildWords {
  const label = edited === null || build.origin === 'unknown' ? build.label : `${build.label}, edited`;
  switch (build.origin) {
    case 'project':
      return {
        label,
        explanation:
          edited === null
            ? 'The folder’s own. A change here counts for this deploy only.'
            : 'Used for this deploy in place of the folder’s own, which stays as it is.',
      };
    case 'proposed':
      return {
        label,
        explanation: `Proposed for ${build.label}${because(build.reasons)}. It can be changed for this deploy; the folder stays as it is.`,
      };
    case 'unknown':
      return {
        label: edited === null ? 'Needs a Dockerfile' : 'Dockerfile written here',
        explanation:
          'No language was recognised, and the folder has no Dockerfile. Write one here: a base image, how to copy and build the code, and the command that starts the app on its port.',
      };
  }
}

function because(reasons: readonly string[]): string {
  return reasons.length === 0 ? '' : `, recognised by ${reasons.join(', ')}`;
}
