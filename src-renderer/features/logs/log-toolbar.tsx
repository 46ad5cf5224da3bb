import { ArrowDownToLine, Clock, Copy, Download, type LucideIcon, Pause, Search, WrapText } from 'lucide-react';
import type { ReactNode } from 'react';
import { plural } from '../../ui/format.ts';
import { Button, IconButton, Select, StatusText } from '../../ui/index.ts';

export interface LogLook {
  readonly wrap: boolean;
  readonly timestamps: boolean;
}

interface LogToolbarProps {
  readonly title: ReactNode;
  readonly status: 'opening' | 'open' | 'ended' | 'failed';
  /** Why no line can come now, as while the connection is lost; null when lines may come. */
  readonly waitsFor: string | null;
  readonly following: boolean;
  /** Lines that came since it was paused. */
  readonly unseen: number;
  readonly onFollow: (following: boolean) => void;
  /** Replicas or stages to choose from; shown when there are several. */
  readonly sources: readonly string[];
  readonly source: string | null;
  readonly onSource: (source: string | null) => void;
  readonly look: LogLook;
  readonly onLook: (look: LogLook) => void;
  readonly searching: boolean;
  readonly onSearch: () => void;
  readonly onCopy: () => void;
  readonly onSave: () => void;
  readonly empty: boolean;
}

const every = '*';

/** What can be done with a log, in one line above it. */
export function LogToolbar(props: LogToolbarProps): ReactNode {
  const { look, onLook, sources, source, onSource, empty } = props;
  return (
    <div className="@container flex-none">
      <div className="flex h-10 items-center gap-1">
        {props.title}
        <FollowButton {...props} />
        <span className="flex-1" />
        {sources.length > 1 && (
          <Select
            label="Replica"
            labelHidden
            size="sm"
            className="w-36"
            value={source ?? every}
            onChange={(next) => onSource(next === every ? null : next)}
            options={[{ value: every, label: 'All replicas' }, ...sources.map((name) => ({ value: name, label: name }))]}
          />
        )}
        <IconButton
          label={look.timestamps ? 'Hide times' : 'Show times'}
          icon={Clock}
          size="sm"
          pressed={look.timestamps}
          onClick={() => onLook({ ...look, timestamps: !look.timestamps })}
        />
        <ToolButton label="Wrap" icon={WrapText} pressed={look.wrap} onClick={() => onLook({ ...look, wrap: !look.wrap })} />
        <ToolButton label="Find" icon={Search} pressed={props.searching} onClick={props.onSearch} />
        <ToolButton label="Copy" icon={Copy} onClick={props.onCopy} disabled={empty} />
        <ToolButton label="Save" icon={Download} onClick={props.onSave} disabled={empty} />
      </div>
    </div>
  );
}

interface ToolButtonProps {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly onClick: () => void;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
}

/** A button whose word gives way where there is no room; its name stays. */
function ToolButton({ label, icon, onClick, pressed, disabled = false }: ToolButtonProps): ReactNode {
  return (
    <Button
      variant="ghost"
      size="sm"
      icon={icon}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}
      className={pressed ? 'bg-selected! text-text!' : ''}
    >
      <span className="@max-[560px]:hidden">{label}</span>
    </Button>
  );
}

function FollowButton({ status, waitsFor, following, unseen, onFollow, empty }: LogToolbarProps): ReactNode {
  if (status === 'ended') return null;
  if (status === 'failed') return <StatusText status="stale">Not following</StatusText>;
  if (waitsFor !== null) return <StatusText status="stale">{waitsFor}</StatusText>;
  if (empty) return null;
  const words = following ? 'Following' : unseen > 0 ? `Paused, ${plural(unseen, 'new line')}` : 'Paused';
  return (
    <button
      type="button"
      title={following ? 'Stay where it is' : 'Go to the newest line and follow'}
      onClick={() => onFollow(!following)}
      className={
        following
          ? 'inline-flex h-5.5 items-center gap-1 rounded-full bg-work-soft px-2 font-[520] text-12 text-work'
          : 'tabular inline-flex h-5.5 items-center gap-1 rounded-full bg-warn-soft px-2 font-[520] text-12 text-warn'
      }
    >
      {following ? <ArrowDownToLine aria-hidden size={12} /> : <Pause aria-hidden size={12} />}
      {words}
    </button>
  );
}
