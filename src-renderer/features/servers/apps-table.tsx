import type { ReactNode } from 'react';
import type { ServerSummary } from '../../../src-main/contract/index.ts';
import { runningJobOf, useJobs } from '../../state/jobs.ts';
import { navigate } from '../../state/view.ts';
import { StatusText, Table, Td, Th, Tr, useNow } from '../../ui/index.ts';
import { appSaid } from './server-words.ts';

/** The apps of one server. */
export function AppsTable({ server }: { readonly server: ServerSummary }): ReactNode {
  const jobs = useJobs((state) => state.jobs);
  const now = useNow();
  const { id, name } = server.profile;
  return (
    <Table label={`Apps on ${name}`}>
      <thead>
        <tr>
          <Th>App</Th>
          <Th>State</Th>
          <Th>Release</Th>
          <Th>Address</Th>
        </tr>
      </thead>
      <tbody>
        {server.apps.map((app) => {
          const said = appSaid(server, app, runningJobOf(jobs, id, app.name), now);
          const open = (): void => navigate({ kind: 'app', server: id, app: app.name, tab: 'overview' });
          return (
            <Tr key={app.name} onOpen={open}>
              <Td>
                <button type="button" className="rounded-4 font-[530] hover:text-accent" onClick={open}>
                  {app.name}
                </button>
              </Td>
              <Td>
                <StatusText status={said.status}>{said.words}</StatusText>
              </Td>
              <Td quiet className="tabular">
                {app.release === null ? '–' : `r${app.release}`}
              </Td>
              <Td quiet className="max-w-90 truncate">
                <span className="selectable">{app.hosts.at(-1) ?? '–'}</span>
                {app.hosts.length > 1 && <span className="text-text-3"> and {app.hosts.length - 1} more</span>}
              </Td>
            </Tr>
          );
        })}
      </tbody>
    </Table>
  );
}
