import type { Release } from '../../../src-main/contract/index.ts';
import { rollBack } from '../../state/app-page.ts';
import { relativeTime } from '../../ui/format.ts';
import { confirm } from '../../ui/index.ts';
import { rollBackWords } from './release-diff.ts';

/** Says what going back means, and does it when the user goes on. */
export async function askRollBack(app: string, releases: readonly Release[], target: Release): Promise<void> {
  const live = releases.find((release) => release.state === 'live');
  const { number, createdAt, by } = target.record;
  const yes = await confirm({
    title: `Roll ${app} back to r${number}?`,
    body: (
      <>
        <p>
          {live === undefined ? `r${number} goes live` : `r${number} takes over from r${live.record.number}`} without a gap. It was deployed{' '}
          {relativeTime(createdAt, Date.now())} by {by}.
        </p>
        {rollBackWords(live, target).map((words) => (
          <p key={words}>{words}</p>
        ))}
      </>
    ),
    action: `Roll back to r${number}`,
  });
  if (yes) await rollBack(number);
}
