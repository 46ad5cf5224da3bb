import type { ReactNode } from 'react';
import type { Release, ReleaseComparison } from '../../../src-main/contract/index.ts';
import { compareForRollBack, rollBack } from '../../state/app-page.ts';
import { relativeTime } from '../../ui/format.ts';
import { confirm } from '../../ui/index.ts';
import { ChangeList } from './change-list.tsx';
import { changesOfRollBack, liveRelease } from './release-diff.ts';

/** Says what going back means and what it changes back, and does it when the user goes on. */
export async function askRollBack(app: string, releases: readonly Release[], target: Release): Promise<void> {
  const live = liveRelease(releases);
  const { number, createdAt, by } = target.record;
  const comparison = live === undefined ? null : await compareForRollBack(live.record.number, number);
  if (comparison === undefined) return;
  const yes = await confirm({
    title: `Roll ${app} back to r${number}?`,
    body: (
      <>
        <p>
          {live === undefined ? `r${number} goes live` : `r${number} takes over from r${live.record.number}`} without a gap. It was deployed{' '}
          {relativeTime(createdAt, Date.now())} by {by}.
        </p>
        {comparison && <WhatChangesBack comparison={comparison} />}
        <p>Nothing is built or sent: the image is still on the server.</p>
      </>
    ),
    action: `Roll back to r${number}`,
  });
  if (yes) await rollBack(number);
}

function WhatChangesBack({ comparison }: { readonly comparison: ReleaseComparison }): ReactNode {
  const changes = changesOfRollBack(comparison);
  if (changes.length === 0) return <p>Image and settings are the same in both.</p>;
  return (
    <div>
      <p className="mb-1.5">This changes back:</p>
      <ChangeList label="What changes back" changes={changes} none="" />
    </div>
  );
}
