import { clsx } from 'clsx';
import { RotateCw } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import {
  type DifferenceLine,
  type EdgeDifference,
  type EdgePart,
  edgeIsSame,
  type RouteChange,
  type ServerSummary,
} from '../../../src-main/contract/index.ts';
import { type Loadable, load, notLoaded } from '../../state/loadable.ts';
import { readDifference } from '../../state/routes.ts';
import { Button, Dialog, IconButton, InlineError, Spinner, StatusText } from '../../ui/index.ts';

interface DifferenceDialogProps {
  readonly server: ServerSummary;
  /** What the difference is after, checked and not made; null for what differs now. */
  readonly change: RouteChange | null;
  readonly onClose: () => void;
}

/** What differs between the edge and what Longshore would write there: in its files, and in what HAProxy runs. */
export function DifferenceDialog({ server, change, onClose }: DifferenceDialogProps): ReactNode {
  const { id, name } = server.profile;
  const [asked, setAsked] = useState(0);
  const [found, setFound] = useState<Loadable<EdgeDifference>>(notLoaded);
  // Asked again by `asked`; another change is another dialog.
  useEffect(() => {
    const reading = new AbortController();
    const { signal } = reading;
    void load(
      found,
      () => readDifference(id, change, signal),
      setFound,
      () => !signal.aborted,
    );
    return () => reading.abort();
  }, [id, asked]);
  const { value, loading, error } = found;
  return (
    <Dialog
      open
      size="lg"
      onClose={onClose}
      title={change === null ? 'What differs at the edge' : 'What this changes at the edge'}
      subtitle={`on ${name}`}
      headEnd={<IconButton label="Compare again" icon={RotateCw} size="sm" disabled={loading} onClick={() => setAsked(asked + 1)} />}
      footer={<Button onClick={onClose}>Close</Button>}
    >
      <div className="flex flex-col gap-5" aria-busy={loading}>
        {error && <InlineError error={error} />}
        {value === null && loading && (
          <p className="flex items-center gap-2 text-text-2">
            <Spinner label={null} /> Comparing with the edge of {name}
          </p>
        )}
        {value && <Found difference={value} dry={change !== null} server={name} />}
      </div>
    </Dialog>
  );
}

interface FoundProps {
  readonly difference: EdgeDifference;
  readonly dry: boolean;
  readonly server: string;
}

function Found({ difference, dry, server }: FoundProps): ReactNode {
  const same = edgeIsSame(difference);
  const told = difference.parts.filter(({ file, running }) => file.length > 0 || running !== 'same');
  return (
    <>
      <div role="status" className="flex flex-col gap-1.5">
        {same === true && <StatusText status="live">Nothing differs: the edge has, and runs, what Longshore would write</StatusText>}
        {same === null && <StatusText status="stale">No difference is known, and not all is known</StatusText>}
        {difference.byHand && <StatusText status="degraded">The configuration on {server} was changed by hand</StatusText>}
        {same === false && (
          <p className="text-text-2">
            {dry ? 'Nothing is changed yet. ' : ''}Lines with <Sign sign="-" /> are there now and would go, those with <Sign sign="+" />{' '}
            would come. Secrets are hidden.
          </p>
        )}
      </div>
      {told.map((part) => (
        <Part key={part.name} part={part} server={server} />
      ))}
    </>
  );
}

function Sign({ sign }: { readonly sign: '-' | '+' }): ReactNode {
  return <span className={clsx('rounded-4 px-1 font-mono', looks[sign])}>{sign}</span>;
}

function Part({ part, server }: { readonly part: EdgePart; readonly server: string }): ReactNode {
  const { name, file, running, runningLines, why } = part;
  const runsFile = JSON.stringify(runningLines) === JSON.stringify(file);
  return (
    <section aria-label={name} className="flex flex-col gap-2">
      <h3 className="flex items-baseline gap-2 font-semibold text-13">
        <span className="font-mono">{name}</span>
        <span className="font-normal text-12 text-text-3">{runningWords(part, runsFile)}</span>
      </h3>
      {why !== null && <p className={clsx('text-12', running === 'unknown' ? 'text-warn' : 'text-text-2')}>{why}</p>}
      {file.length > 0 && <Lines label={`${name} on ${server}`} lines={file} />}
      {runningLines.length > 0 && !runsFile && (
        <>
          <p className="text-12 text-text-2">What HAProxy runs differs from what would be written by:</p>
          <Lines label={`${name} in the running HAProxy`} lines={runningLines} />
        </>
      )}
    </section>
  );
}

function runningWords({ file, running, runningLines }: EdgePart, runsFile: boolean): string {
  if (running === 'unknown') return 'what HAProxy runs is unknown';
  if (running === 'same') return 'only the file: HAProxy runs it as it would be written';
  if (file.length === 0) return 'only in the running HAProxy';
  return runningLines.length > 0 && runsFile ? 'the file, which HAProxy runs' : 'the file, and what HAProxy runs';
}

const looks: Readonly<Record<DifferenceLine['sign'], string>> = {
  '-': 'bg-fail-soft text-fail',
  '+': 'bg-live-soft text-live',
  ' ': 'text-text-2',
  '@': 'text-text-3',
};
const spoken: Readonly<Record<DifferenceLine['sign'], string>> = { '-': 'goes: ', '+': 'comes: ', ' ': '', '@': 'in ' };

/** Signs stand beside the lines, so that colour is not all that tells them apart. */
function Lines({ label, lines }: { readonly label: string; readonly lines: readonly DifferenceLine[] }): ReactNode {
  return (
    <ol aria-label={label} className="selectable max-h-80 overflow-auto rounded-6 border border-line bg-sunken py-1.5 font-mono text-12">
      {lines.map((line, at) => (
        <li key={at} className={clsx('flex w-max min-w-full px-3', looks[line.sign])}>
          <span aria-hidden className="w-4 flex-none">
            {line.sign === '@' ? '' : line.sign}
          </span>
          <span className="sr-only">{spoken[line.sign]}</span>
          <span className="whitespace-pre">{line.sign === '@' ? `… ${line.text}` : line.text}</span>
        </li>
      ))}
    </ol>
  );
}
