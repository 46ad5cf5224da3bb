import { ClipboardPaste, Copy, RotateCw, Search, X } from 'lucide-react';
import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { usePreferences, useTheme } from '../../state/preferences.ts';
import { openLink } from '../../state/terminals.ts';
import { plural } from '../../ui/format.ts';
import { Button, confirm, IconButton, StatusDot } from '../../ui/index.ts';
import { TerminalSearchBar } from './terminal-search-bar.tsx';
import type { TerminalSession, TerminalState } from './terminal-session.ts';
import './terminal.css';

interface TerminalScreenProps {
  readonly session: TerminalSession;
  /** The accessible name: "Terminal in shop.1". */
  readonly label: string;
  /** A new shell in place of the one that ended; null when there is nowhere to open it, and `whyNot` says why. */
  readonly onReopen: (() => void) | null;
  readonly whyNot?: string;
  /** Ends the shell and closes it. */
  readonly onClose?: () => void;
  /** At the left of its tools: the tabs. */
  readonly head?: ReactNode;
}

/** One shell as it is seen: the terminal, its size and title, search, and the way back when it ended. */
export function TerminalScreen({ session, label, onReopen, whyNot, onClose, head }: TerminalScreenProps): ReactNode {
  const state = useStore(session.store);
  const place = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  const fontSize = usePreferences((all) => all.preferences.terminal.fontSize);
  useQuestions(session, state);

  useLayoutEffect(() => {
    const host = place.current;
    if (host === null) return;
    host.append(session.element);
    void session.shown().then(() => session.focus());
    const observer = new ResizeObserver(() => session.fit());
    observer.observe(host);
    return () => {
      observer.disconnect();
      session.element.remove();
    };
  }, [session]);

  // The tokens and the preference are read anew when either changes.
  useEffect(() => session.refreshLook(), [session, theme, fontSize]);

  return (
    <div className="flex min-h-0 flex-1 flex-col" data-testid="terminal" data-status={state.status}>
      <div className="mb-2 flex h-10 flex-none items-center gap-1 border-line border-b">
        {head}
        <span className="flex-1" />
        <TerminalCaption state={state} />
        <IconButton
          label="Find in terminal"
          icon={Search}
          size="sm"
          pressed={state.searching}
          onClick={() => session.setSearching(!state.searching)}
        />
        <IconButton
          label="Copy selection"
          icon={Copy}
          size="sm"
          onClick={() => {
            session.copy();
            session.focus();
          }}
        />
        <IconButton label="Paste" icon={ClipboardPaste} size="sm" onClick={() => void session.paste()} />
        {onClose && <IconButton label={label.replace('Terminal in', 'Close terminal')} icon={X} size="sm" onClick={onClose} />}
      </div>
      <section aria-label={label} className="relative min-h-0 flex-1 overflow-hidden rounded-6 border border-line bg-code-bg">
        <div ref={place} className="absolute inset-0" />
        {state.searching && <TerminalSearchBar key={label} session={session} results={state.results} />}
        {(state.status === 'ended' || state.status === 'failed') && <Ended state={state} onReopen={onReopen} whyNot={whyNot} />}
      </section>
    </div>
  );
}

function TerminalCaption({ state }: { readonly state: TerminalState }): ReactNode {
  const { cols, rows } = state.size;
  return (
    <p className="flex min-w-0 items-center gap-2 text-12 text-text-3">
      {state.status === 'opening' && (
        <>
          <StatusDot status="working" label={null} /> Opening a shell
        </>
      )}
      {state.title !== '' && <span className="truncate text-text-2">{state.title}</span>}
      <span className="tabular flex-none">
        {cols} × {rows}
      </span>
    </p>
  );
}

interface EndedProps {
  readonly state: TerminalState;
  readonly onReopen: (() => void) | null;
  readonly whyNot: string | undefined;
}

/** Over the foot of the screen, so that the last output stays readable. */
function Ended({ state, onReopen, whyNot }: EndedProps): ReactNode {
  return (
    <div role="alert" className="absolute inset-x-0 bottom-0 flex items-center gap-3 border-line border-t bg-raised px-3 py-2">
      <StatusDot status={state.error === null ? 'stopped' : 'failed'} label={null} />
      <div className="min-w-0 flex-1">
        <p className="wrap-anywhere">{state.error?.message ?? 'The shell has ended.'}</p>
        {(whyNot ?? state.error?.next) !== undefined && <p className="text-12 text-text-2 wrap-anywhere">{whyNot ?? state.error?.next}</p>}
      </div>
      <Button size="sm" icon={RotateCw} disabled={onReopen === null} onClick={() => onReopen?.()}>
        {state.error === null ? 'New shell' : 'Reconnect'}
      </Button>
    </div>
  );
}

/** Asks before several lines are pasted and before a link is followed: both act outside of what the user sees. */
function useQuestions(session: TerminalSession, { paste, link }: TerminalState): void {
  useEffect(() => {
    if (paste === null) return;
    void confirm({
      title: `Paste ${plural(paste.lines, 'line')}?`,
      body: (
        <>
          <p>Each line end may run what stands before it.</p>
          <pre className="selectable max-h-50 overflow-auto rounded-6 bg-code-bg px-3 py-2 text-12 text-code-text">{paste.text}</pre>
          {paste.removed > 0 && <p>{plural(paste.removed, 'invisible character')} will be left out.</p>}
        </>
      ),
      action: 'Paste',
    }).then((yes) => session.answerPaste(yes));
  }, [session, paste]);
  useEffect(() => {
    if (link === null) return;
    void confirm({
      title: `Open ${link.host}?`,
      body: <p className="selectable font-mono text-12 wrap-anywhere">{link.url}</p>,
      action: 'Open in the browser',
    }).then((yes) => {
      if (yes) openLink(link.url);
      session.answerLink();
    });
  }, [session, link]);
}
