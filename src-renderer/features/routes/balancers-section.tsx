import { type ReactNode, useState } from 'react';
import type { ServerSummary } from '../../../src-main/contract/index.ts';
import { changeRoutes } from '../../state/routes.ts';
import { Button, Dialog, InlineError, Section, TextArea } from '../../ui/index.ts';
import { useAsking } from '../servers/use-asking.ts';
import { lines } from './route-form.ts';

interface BalancersSectionProps {
  readonly server: ServerSummary;
  readonly balancers: readonly string[];
}

/** What stands between visitors and the server, and tells who they are. */
export function BalancersSection({ server, balancers }: BalancersSectionProps): ReactNode {
  const [changing, setChanging] = useState(false);
  const connected = server.connection.phase === 'connected';
  return (
    <Section
      title="In front of the server"
      actions={
        <Button
          size="sm"
          disabled={!connected}
          title={connected ? undefined : `${server.profile.name} is not connected`}
          onClick={() => setChanging(true)}
        >
          Change…
        </Button>
      }
    >
      {balancers.length === 0 ? (
        <p className="text-text-2">Nothing that speaks the PROXY protocol: visitors are known by the address that they come from.</p>
      ) : (
        <p className="text-text-2">
          The PROXY protocol says who the visitors are that come from{' '}
          <span className="selectable font-mono text-text wrap-anywhere">{balancers.join(', ')}</span>.
        </p>
      )}
      {changing && <ChangeDialog server={server} balancers={balancers} onClose={() => setChanging(false)} />}
    </Section>
  );
}

const formId = 'balancers';

function ChangeDialog({ server, balancers, onClose }: BalancersSectionProps & { readonly onClose: () => void }): ReactNode {
  const [text, setText] = useState(() => balancers.join('\n'));
  const { busy, error, ask } = useAsking();
  const submit = (): void =>
    ask(async () => {
      await changeRoutes(server.profile.id, { do: 'balancers', balancers: lines(text) });
      onClose();
    });
  return (
    <Dialog
      open
      onClose={onClose}
      title="In front of the server"
      subtitle={`on ${server.profile.name}`}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={formId} variant="primary" busy={busy}>
            Save
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextArea
          label="Addresses of balancers"
          rows={4}
          value={text}
          onChange={setText}
          placeholder={'10.0.0.2\n10.1.0.0/16'}
          hint="Addresses or blocks, one a line. Each connection from there has to begin with the PROXY protocol, or it is closed; who comes from elsewhere is taken for whom he is."
        />
        {error && <InlineError error={error} />}
      </form>
    </Dialog>
  );
}
