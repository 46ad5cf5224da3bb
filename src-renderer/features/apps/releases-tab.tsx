import { ChevronDown, ChevronRight, History, RotateCcw } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { type AppSummary, probeWords, type Release, type ServerSummary } from '../../../src-main/contract/index.ts';
import { useAppPage } from '../../state/app-page.ts';
import { runningJobOf, useJobs } from '../../state/jobs.ts';
import { bytes, latency, plural } from '../../ui/format.ts';
import { Button, EmptyState, Pill, RelativeTime, Spinner, Table, Td, Th, Tr } from '../../ui/index.ts';
import { releaseWords } from './app-words.ts';
import { askRollBack } from './ask-roll-back.tsx';
import { ReadError } from './read-error.tsx';
import { ReleaseDetails } from './release-details.tsx';
import { changesInShort, liveRelease } from './release-diff.ts';

interface ReleasesTabProps {
  readonly server: ServerSummary;
  readonly app: AppSummary;
}

/** Every release of an app, the latest first: how it fared, what it changed, and the way back to it. */
export function ReleasesTab({ server, app }: ReleasesTabProps): ReactNode {
  const { value: releases, loading, error } = useAppPage((state) => state.releases);
  const busy = useJobs((state) => runningJobOf(state.jobs, server.profile.id, app.name) !== undefined);
  const connected = server.connection.phase === 'connected';
  return (
    <>
      <ReadError error={error} />
      {releases === null && loading && <Spinner label="Loading releases" />}
      {releases?.length === 0 && (
        <EmptyState icon={History} title="No release yet">
          Each deploy and each change of settings makes one. What is replaced is kept, so that going back takes seconds.
        </EmptyState>
      )}
      {releases !== null && releases.length > 0 && (
        <Table label={`Releases of ${app.name}`}>
          <thead>
            <tr>
              <Th>Release</Th>
              <Th>State</Th>
              <Th>Made</Th>
              <Th>Sent</Th>
              <Th>Changed</Th>
              <Th labelHidden>Actions</Th>
            </tr>
          </thead>
          <tbody>
            {releases.map((release) => (
              <ReleaseRow
                key={release.record.number}
                app={app.name}
                release={release}
                releases={releases}
                whyNot={
                  !connected ? `${server.profile.name} is not connected` : busy ? 'Something is already under way for this app' : null
                }
              />
            ))}
          </tbody>
        </Table>
      )}
    </>
  );
}

interface ReleaseRowProps {
  readonly app: string;
  readonly release: Release;
  readonly releases: readonly Release[];
  readonly whyNot: string | null;
}

function ReleaseRow({ app, release, releases, whyNot }: ReleaseRowProps): ReactNode {
  const { record, state, note, probe, comparison } = release;
  const { word, status } = releaseWords[state];
  const asking = useAppPage((page) => page.asking === 'roll-back');
  const [open, setOpen] = useState(false);
  const details = useId();
  const toggle = (): void => setOpen(!open);
  const Chevron = open ? ChevronDown : ChevronRight;
  // Marked as important: a cell keeps to one line by itself, and of two classes of one property the later in the style sheet wins.
  const cell = `py-2 align-top whitespace-normal! ${open ? 'border-b-0!' : ''}`;
  return (
    <>
      <Tr data-release={record.number} onOpen={toggle}>
        <Td className={`${cell} font-semibold tabular`}>
          <button
            type="button"
            aria-expanded={open}
            aria-controls={details}
            title={open ? 'Hide what it changed' : 'Show what it changed'}
            onClick={toggle}
            className="inline-flex items-center gap-1 rounded-4"
          >
            <Chevron aria-hidden size={14} className="flex-none text-text-3" />r{record.number}
          </button>
        </Td>
        <Td className={cell}>
          <Pill status={status}>{word}</Pill>
          {note !== '' && <p className="selectable mt-1 min-w-48 max-w-72 text-12 text-text-2 wrap-anywhere">{note}</p>}
          {probe && (
            <p className="tabular mt-1 min-w-48 text-12 text-text-2" title={`The slowest was answered in ${latency(probe.slowestMs)}`}>
              {probeWords(probe)}
            </p>
          )}
        </Td>
        <Td className={`py-2 align-top ${open ? 'border-b-0!' : ''}`}>
          <RelativeTime at={record.createdAt} />
          <p className="selectable text-12 text-text-3">by {record.by}</p>
        </Td>
        <Td className={cell}>
          <Source release={release} />
        </Td>
        <Td className={cell}>
          {comparison === null ? (
            <span className="text-text-3">first known release</span>
          ) : (
            <span className="tabular">{changesInShort(comparison.changes)}</span>
          )}
        </Td>
        <Td className={`${cell} w-28 text-right`}>
          {state === 'kept' && (
            <Button
              size="sm"
              icon={RotateCcw}
              aria-label={`Roll back to r${record.number}`}
              disabled={whyNot !== null || asking}
              title={whyNot ?? undefined}
              onClick={() => void askRollBack(app, releases, release)}
            >
              Roll back
            </Button>
          )}
        </Td>
      </Tr>
      {open && (
        <Tr id={details}>
          <Td colSpan={6} className="pt-1 pb-4 pl-4.5 whitespace-normal!">
            <ReleaseDetails release={release} live={liveRelease(releases)} />
          </Td>
        </Tr>
      )}
    </>
  );
}

function Source({ release }: { readonly release: Release }): ReactNode {
  const { source } = release.record;
  if (source === null) return <span className="text-text-3">nothing, the image was there</span>;
  return (
    <>
      <span className="tabular whitespace-nowrap">
        {plural(source.files, 'file')}, {bytes(source.bytes)}
      </span>
      <p className="selectable max-w-40 truncate text-12 text-text-3" title={source.path}>
        {source.path}
      </p>
    </>
  );
}
