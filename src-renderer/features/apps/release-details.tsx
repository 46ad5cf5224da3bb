import { type ReactNode, useEffect } from 'react';
import type { Release } from '../../../src-main/contract/index.ts';
import { readComparison, useAppPage } from '../../state/app-page.ts';
import { InlineError, Spinner } from '../../ui/index.ts';
import { ChangeList } from './change-list.tsx';

interface ReleaseDetailsProps {
  readonly release: Release;
  readonly live: Release | undefined;
}

/** What a release changed against the one before it, and what else is live now. */
export function ReleaseDetails({ release, live }: ReleaseDetailsProps): ReactNode {
  const { record, comparison } = release;
  const name = `r${record.number}`;
  const before = comparison?.from.number;
  // The release after the live one is compared with it already.
  const other = live !== undefined && live !== release && live.record.number !== before ? live : undefined;
  return (
    <section aria-label={`Changes of ${name}`} className="@container">
      <div className="grid grid-cols-1 gap-x-8 gap-y-4 @2xl:grid-cols-2">
        <div>
          <h2 className="label-11 mb-1.5">
            {before === undefined
              ? 'First known release'
              : `${name} against r${before}${live?.record.number === before ? ', which is live' : ''}`}
          </h2>
          {comparison === null ? (
            <p className="text-12 text-text-2">There is no record of an earlier one to compare it with.</p>
          ) : (
            <ChangeList label={`${name} against r${before}`} changes={comparison.changes} none="Nothing: the same image and settings." />
          )}
        </div>
        {other && <AgainstLive release={release} live={other} />}
      </div>
    </section>
  );
}

function AgainstLive({ release, live }: { readonly release: Release; readonly live: Release }): ReactNode {
  const [from, to] = [live.record.number, release.record.number];
  const read = useAppPage((state) => state.comparisons.get(`${from} ${to}`));
  useEffect(() => void readComparison(from, to), [from, to]);
  return (
    <div>
      <h2 className="label-11 mb-1.5">
        r{to} against r{from}, which is live
      </h2>
      {read?.error && <InlineError error={read.error} />}
      {read?.value ? (
        <ChangeList label={`r${to} against live`} changes={read.value.changes} none="Nothing: the same image and settings." />
      ) : (
        !read?.error && <Spinner label={`Comparing with r${from}`} />
      )}
    </div>
  );
}
