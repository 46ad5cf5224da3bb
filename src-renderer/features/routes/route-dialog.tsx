import { type ReactNode, useEffect, useRef, useState } from 'react';
import { type RouteChange, type RouteView, routeInWords, type ServerSummary } from '../../../src-main/contract/index.ts';
import { changeRoutes, closeRouteDialog, readRoutes, useRoutesOf } from '../../state/routes.ts';
import { Button, Checkbox, Dialog, InlineError, notify, TextField } from '../../ui/index.ts';
import { useAsking } from '../servers/use-asking.ts';
import { DifferenceDialog } from './difference-dialog.tsx';
import { judgeRoute, type RouteErrors } from './judge-route.ts';
import { emptyRoute, forwards, type RouteForm, routeForm, tidyHost, tidyPath } from './route-form.ts';
import { RuleFields } from './rule-fields.tsx';
import { TargetFields } from './target-fields.tsx';

const formId = 'route';

interface RouteDialogProps {
  readonly server: ServerSummary;
  /** The route that is changed; null adds one. */
  readonly route: RouteView | null;
}

/** Adds a route or changes one. What the server refuses is said here, and nothing that was typed is lost. */
export function RouteDialog({ server, route }: RouteDialogProps): ReactNode {
  const { id, name } = server.profile;
  const [form, setForm] = useState(() => (route ? routeForm(route) : emptyRoute(server.apps)));
  const [errors, setErrors] = useState<RouteErrors>({});
  const [rulesOpen, setRulesOpen] = useState(false);
  const [tried, setTried] = useState<RouteChange | null>(null);
  const { busy, error, ask } = useAsking();
  const element = useRef<HTMLFormElement>(null);
  useKnownRoutes(id);
  // What is wrong may lie beyond the edge of the dialog.
  useEffect(() => {
    if (Object.keys(errors).length > 0) element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [errors]);
  useEffect(() => {
    if (error) element.current?.querySelector('[data-refused]')?.scrollIntoView({ block: 'nearest' });
  }, [error]);

  const change = (part: Partial<RouteForm>): void => {
    setForm((before) => ({ ...before, ...part }));
    setErrors({});
  };
  /** The change as it would be asked for; null where something is wrong, which is said then. */
  const judged = (): Extract<RouteChange, { do: 'add' | 'edit' }> | null => {
    const result = judgeRoute(form, route?.rules.users.map((user) => user.name) ?? []);
    if (result.ok) return route ? { do: 'edit', id: route.id, route: result.draft } : { do: 'add', route: result.draft };
    setErrors(result.errors);
    if (result.inRules) setRulesOpen(true);
    return null;
  };
  const submit = (): void => {
    const wanted = judged();
    if (wanted === null) return;
    ask(async () => {
      await changeRoutes(id, wanted);
      closeRouteDialog();
      notify.success(`The route for ${routeInWords(wanted.route)} is served on ${name}`);
    });
  };
  return (
    <Dialog
      open
      onClose={closeRouteDialog}
      title={route ? 'Change a route' : 'Add a route'}
      subtitle={`on ${name}`}
      footerStart={
        <Button variant="ghost" disabled={busy} onClick={() => setTried(judged())}>
          What it changes
        </Button>
      }
      footer={
        <>
          <Button variant="ghost" onClick={closeRouteDialog}>
            Cancel
          </Button>
          <Button type="submit" form={formId} variant="primary" busy={busy}>
            {route ? 'Save' : 'Add route'}
          </Button>
        </>
      }
    >
      <form
        ref={element}
        id={formId}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <PlaceFields form={form} errors={errors} onChange={change} />
        <TargetFields server={server} form={form} errors={errors} onChange={change} />
        <RuleFields
          server={server}
          form={form}
          errors={errors}
          known={route?.rules.users.map((user) => user.name) ?? []}
          routeId={route?.id ?? null}
          open={rulesOpen}
          onOpen={setRulesOpen}
          onChange={change}
        />
        {error && (
          <div data-refused>
            <InlineError error={error} />
          </div>
        )}
      </form>
      {tried && <DifferenceDialog server={server} change={tried} onClose={() => setTried(null)} />}
    </Dialog>
  );
}

/** From the palette the dialog may open before the table was ever looked at. */
function useKnownRoutes(server: string): void {
  const unknown = useRoutesOf(server) === null;
  useEffect(() => {
    if (unknown) void readRoutes(server);
  }, [server, unknown]);
}

interface PlaceFieldsProps {
  readonly form: RouteForm;
  readonly errors: RouteErrors;
  readonly onChange: (part: Partial<RouteForm>) => void;
}

function PlaceFields({ form, errors, onChange }: PlaceFieldsProps): ReactNode {
  const path = tidyPath(form.path);
  return (
    <>
      <div className="grid grid-cols-[3fr_2fr] items-start gap-4">
        <TextField
          label="Host"
          autoFocus
          value={form.host}
          onChange={(host) => onChange({ host })}
          onBlur={() => form.host !== tidyHost(form.host) && onChange({ host: tidyHost(form.host) })}
          error={errors.host}
          placeholder="shop.example.com"
          hint="Or *.example.com for all names below it that have no place of their own."
        />
        <TextField
          label="Path"
          value={form.path}
          onChange={(text) => onChange({ path: text })}
          error={errors.path}
          placeholder="/"
          hint={path === '/' ? 'All of the host.' : `${path}, and what is below it.`}
        />
      </div>
      {forwards(form.kind) && path !== '/' && (
        <Checkbox
          label={`Take ${path} off before it is passed on`}
          description={`A request for ${path}/login is one for ${form.strip ? '/login' : `${path}/login`} to whoever answers it.`}
          checked={form.strip}
          onChange={(strip) => onChange({ strip })}
        />
      )}
    </>
  );
}
