/** The command palette: every action that applies now, every server and app to jump to, and a typed path to deploy. Reads the registry; owns no command. */
import { Dialog } from '@base-ui/react/dialog';
import { Command } from 'cmdk';
import { FolderUp, LoaderCircle, type LucideIcon, Package, Server } from 'lucide-react';
import { type ReactNode, type RefObject, useLayoutEffect, useRef, useState } from 'react';
import { type Action, actions, applies, readContext, runAction } from '../../actions/index.ts';
import { isRunning, runningJobOf, useJobs } from '../../state/jobs.ts';
import { useServers } from '../../state/servers.ts';
import { navigate, openDeploySheet, setOverlay, useView } from '../../state/view.ts';
import { Kbd } from '../../ui/index.ts';
import { appSaid, serverSaid } from '../servers/server-words.ts';
import { rank, typedPath } from './rank.ts';

export function Palette(): ReactNode {
  const open = useView((state) => state.palette);
  const input = useRef<HTMLInputElement>(null);
  // Opened again while it still fades out, it is the same element: another key begins it anew.
  const [openings, setOpenings] = useState(0);
  useLayoutEffect(() => {
    if (open) setOpenings((before) => before + 1);
  }, [open]);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => setOverlay('palette', next)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-backdrop transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Dialog.Popup
          initialFocus={input}
          aria-label="Go to or run"
          className="fixed top-[12vh] left-1/2 z-50 flex max-h-[70vh] w-150 max-w-[calc(100vw-48px)] -translate-x-1/2 flex-col overflow-hidden rounded-10 border border-line bg-raised shadow-overlay outline-none transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0"
        >
          <Choices key={openings} input={input} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Choices({ input }: { readonly input: RefObject<HTMLInputElement | null> }): ReactNode {
  const [text, setText] = useState('');
  const { servers } = useServers();
  const jobs = useJobs((state) => state.jobs);
  const context = readContext();
  const path = typedPath(text);
  const now = Date.now();
  const close = (): void => setOverlay('palette', false);
  const run = (action: Action): void => {
    // Closed first: an action that opens a dialog gets the focus for itself.
    close();
    runAction(action.id);
  };
  return (
    <Command label="Go to or run" filter={rank} loop className="flex min-h-0 flex-1 flex-col">
      <Command.Input
        ref={input}
        // The first key pressed after opening is already the user's word.
        autoFocus
        value={text}
        onValueChange={setText}
        placeholder="Go to a server or app, run a command, or type a folder’s path"
        className="h-12 flex-none border-line border-b bg-transparent px-4 text-15 outline-none"
      />
      <Command.List className="min-h-0 flex-1 overflow-y-auto p-1.5 [&_[cmdk-group-heading]]:label-11 [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1">
        <Command.Empty className="px-2.5 py-6 text-center text-text-3">Nothing here is called that.</Command.Empty>
        {path !== null && (
          <Command.Group heading="Deploy">
            <Choice value={text} icon={FolderUp} label={`Deploy ${path}`} onSelect={() => openDeploySheet(path)} />
          </Command.Group>
        )}
        <Command.Group heading="Go to">
          {servers.map((server) => {
            const { id, name } = server.profile;
            return (
              <Choice
                key={id}
                value={`server ${id} ${name}`}
                keywords={[name, server.profile.host]}
                icon={Server}
                label={name}
                hint={serverSaid(server, now).short}
                onSelect={() => navigate({ kind: 'server', server: id, tab: 'overview' })}
              />
            );
          })}
          {servers.flatMap((server) =>
            server.apps.map((app) => (
              <Choice
                key={`${server.profile.id} ${app.name}`}
                value={`app ${server.profile.id} ${app.name}`}
                keywords={[app.name, server.profile.name, ...app.hosts]}
                icon={Package}
                label={app.name}
                hint={[`on ${server.profile.name}`, appSaid(server, app, runningJobOf(jobs, server.profile.id, app.name), now).short]
                  .filter(Boolean)
                  .join(', ')}
                onSelect={() => navigate({ kind: 'app', server: server.profile.id, app: app.name, tab: 'overview' })}
              />
            )),
          )}
          {jobs.filter(isRunning).map((job) => (
            <Choice
              key={job.id}
              value={`job ${job.id}`}
              keywords={[job.title, 'job']}
              icon={LoaderCircle}
              label={job.title}
              hint="running"
              onSelect={() => navigate({ kind: 'job', job: job.id })}
            />
          ))}
        </Command.Group>
        <Command.Group heading="Run">
          {actions
            .filter((action) => action.id !== 'palette.open' && applies(action, context))
            .map((action) => (
              <Choice
                key={action.id}
                value={`action ${action.id}`}
                keywords={[action.label(context), action.group, ...(action.keywords ?? [])]}
                icon={action.icon}
                label={action.label(context)}
                keys={action.shortcuts?.[0]}
                onSelect={() => run(action)}
              />
            ))}
        </Command.Group>
      </Command.List>
    </Command>
  );
}

interface ChoiceProps {
  /** Unique; not shown. */
  readonly value: string;
  readonly keywords?: readonly string[];
  readonly icon: LucideIcon;
  readonly label: string;
  readonly hint?: string;
  readonly keys?: string | undefined;
  readonly onSelect: () => void;
}

function Choice({ value, keywords, icon: Icon, label, hint, keys, onSelect }: ChoiceProps): ReactNode {
  return (
    <Command.Item
      value={value}
      keywords={[...(keywords ?? [label])]}
      onSelect={onSelect}
      className="flex h-8.5 items-center gap-2.5 rounded-6 px-2.5 text-text-2 data-[selected=true]:bg-selected data-[selected=true]:text-text"
    >
      <Icon aria-hidden size={16} className="flex-none text-text-3" />
      <span className="min-w-0 flex-1 truncate text-text">{label}</span>
      {hint && <span className="tabular min-w-0 truncate text-12 text-text-3">{hint}</span>}
      {keys && <Kbd keys={keys} />}
    </Command.Item>
  );
}
