import { Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { CertificatesOverview, Renewer, ServerSummary } from '../../../src-main/contract/index.ts';
import { renewerAsked, useCertificates } from '../../state/certificates.ts';
import { Button, RelativeTime, StatusText } from '../../ui/index.ts';
import { askRemoveRenewer } from './asks.tsx';
import { challengeWords, renewerSaid } from './certificate-words.ts';

interface RenewerLineProps {
  readonly server: ServerSummary;
  readonly overview: CertificatesOverview;
  /** Null where there is none. */
  readonly renewer: Renewer | null;
}

/** What Longshore leaves on a server for certificates, one for HTTP and one for each DNS provider: what it is, how it fares, and how to be rid of it. */
export function RenewerLine({ server, overview, renewer }: RenewerLineProps): ReactNode {
  const { id, name } = server.profile;
  const asking = useCertificates((state) => state.asking);
  const needed = overview.certificates.some((one) => (renewer === null ? one.source === 'acme' : one.challenge === renewer.challenge));
  const said = renewerSaid(renewer, needed);
  const asked = renewer && renewerAsked(renewer.challenge);
  return (
    <div className="flex items-start gap-6">
      <div className="min-w-0 max-w-160 flex-1">
        <p>
          <StatusText status={said.status}>{said.words}</StatusText>
          {renewer !== null && <span className="text-text-2">, {challengeWords(renewer)}</span>}
          {renewer?.lastRunAt != null && (
            <span className="tabular text-text-3">
              , <RelativeTime prefix="last run " at={renewer.lastRunAt} />
            </span>
          )}
        </p>
        {renewer === null && (
          <p className="text-text-2">Nothing on {name} renews certificates. “Renew now” or another certificate brings the service back.</p>
        )}
        {renewer !== null && renewer.said !== '' && (
          <details className="mt-1.5" open={renewer.lastRunFailed}>
            <summary className="w-fit rounded-4 text-12 text-text-2 hover:text-text">What it said last</summary>
            <pre className="selectable mt-1.5 max-h-60 overflow-auto rounded-6 bg-code-bg px-3 py-2 text-12 text-code-text whitespace-pre-wrap wrap-anywhere">
              {renewer.said}
            </pre>
          </details>
        )}
      </div>
      {renewer !== null && (
        <Button
          size="sm"
          className="ml-auto"
          icon={Trash2}
          busy={asking === asked}
          disabled={server.connection.phase !== 'connected' || (asking !== null && asking !== asked)}
          onClick={() => void askRemoveRenewer(id, name, overview, renewer)}
        >
          Remove from the server…
        </Button>
      )}
    </div>
  );
}
