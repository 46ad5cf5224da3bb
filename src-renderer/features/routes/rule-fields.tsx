import { ChevronDown, ChevronRight, ShieldAlert } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { routeInWords } from '../../../src-main/contract/index.ts';
import { useRoutesOf } from '../../state/routes.ts';
import { Checkbox, Select, type SelectOption, TextArea, TextField } from '../../ui/index.ts';
import { HeaderList } from './header-list.tsx';
import { forwards, roughRules, type SizeUnit, tidyHost, tidyPath } from './route-form.ts';
import { guards, rulesInShort } from './route-words.ts';
import { openNames } from './served.ts';
import type { RouteFieldsProps } from './target-fields.tsx';
import { UserList } from './user-list.tsx';

const units: readonly SelectOption<SizeUnit>[] = (['B', 'kB', 'MB', 'GB'] as const).map((unit) => ({ value: unit, label: unit }));

interface RuleFieldsProps extends RouteFieldsProps {
  /** Users whose passwords are on the server. */
  readonly known: readonly string[];
  /** Of the route that is changed. */
  readonly routeId: string | null;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
}

/** Who may come in, how often and how much, and headers: folded, with what is set in short. */
export function RuleFields(props: RuleFieldsProps): ReactNode {
  const { form, open, onOpen } = props;
  const id = useId();
  const Chevron = open ? ChevronDown : ChevronRight;
  const short = rulesInShort(roughRules(form));
  return (
    <section aria-label="Rules" className="-mx-5 -mb-2 border-line border-t px-5 pt-1">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        className="flex h-9 w-full items-center gap-1.5 text-left hover:text-accent"
        onClick={() => onOpen(!open)}
      >
        <Chevron aria-hidden size={14} className="flex-none text-text-3" />
        <span className="font-[540]">Rules</span>
        <span className="min-w-0 truncate text-12 text-text-3">{short === '' ? 'none: everybody may come in' : short}</span>
      </button>
      <div id={id} hidden={!open} className="pb-3">
        {open && <Opened {...props} />}
      </div>
      <OpenNames {...props} />
    </section>
  );
}

function Opened({ form, errors, known, onChange }: RuleFieldsProps): ReactNode {
  const on = forwards(form.kind);
  return (
    <div className="flex flex-col gap-4 pt-1">
      <UserList rows={form.users} errors={errors} known={known} onChange={(users) => onChange({ users })} />
      <div className="grid grid-cols-2 items-start gap-4">
        <TextArea
          label="Only from"
          rows={3}
          value={form.allow}
          onChange={(allow) => onChange({ allow })}
          error={errors.allow}
          placeholder={'10.0.0.0/8\n203.0.113.7'}
          hint="Addresses or blocks, one a line. Others get 403."
        />
        <TextArea
          label="Not from"
          rows={3}
          value={form.deny}
          onChange={(deny) => onChange({ deny })}
          error={errors.deny}
          placeholder="198.51.100.0/24"
          hint="These get 403."
        />
      </div>
      <div className="grid grid-cols-2 items-start gap-4">
        <Rate form={form} errors={errors} onChange={onChange} />
        <Largest form={form} errors={errors} onChange={onChange} />
      </div>
      {on && (
        <>
          <div className="grid grid-cols-2 items-start gap-4">
            <TextField
              label="Longest answer"
              inputMode="numeric"
              value={form.answer}
              onChange={(answer) => onChange({ answer })}
              error={errors.answer}
              placeholder="120"
              after="seconds"
              hint="After that the visitor gets 504."
            />
            <TextField
              label="Longest silence of a websocket"
              inputMode="numeric"
              value={form.idle}
              onChange={(idle) => onChange({ idle })}
              error={errors.idle}
              placeholder="7200"
              after="seconds"
              hint="After that it is closed."
            />
          </div>
          <Checkbox
            label="Compress text"
            description="With gzip, for visitors who take it so, and where the answer is not compressed already."
            checked={form.gzip}
            onChange={(gzip) => onChange({ gzip })}
          />
          {form.kind === 'app' && (
            <Checkbox
              label="Sticky sessions"
              description="A visitor stays with the replica that answered first, by a cookie; when that is gone, another takes over."
              checked={form.sticky}
              onChange={(sticky) => onChange({ sticky })}
            />
          )}
          <Checkbox
            label="PROXY protocol"
            description="Tells whoever answers the visitor’s address at the start of each connection. It has to expect that, or understands nothing."
            checked={form.sendProxy}
            onChange={(sendProxy) => onChange({ sendProxy })}
          />
          <HeaderList
            title="Request headers"
            of="request"
            hint="As whoever answers sees them."
            rows={form.requestHeaders}
            errors={errors}
            onChange={(requestHeaders) => onChange({ requestHeaders })}
          />
          <HeaderList
            title="Response headers"
            of="response"
            hint="As the visitor sees them."
            rows={form.responseHeaders}
            errors={errors}
            onChange={(responseHeaders) => onChange({ responseHeaders })}
          />
        </>
      )}
    </div>
  );
}

type SomeProps = Pick<RouteFieldsProps, 'form' | 'errors' | 'onChange'>;

function Rate({ form, errors, onChange }: SomeProps): ReactNode {
  return (
    <div>
      <div className="grid grid-cols-2 items-start gap-2">
        <TextField
          label="Most requests"
          inputMode="numeric"
          value={form.rateRequests}
          onChange={(rateRequests) => onChange({ rateRequests })}
          error={errors.rateRequests}
          placeholder="no limit"
        />
        <TextField
          label="in seconds"
          inputMode="numeric"
          value={form.rateSeconds}
          onChange={(rateSeconds) => onChange({ rateSeconds })}
          error={errors.rateSeconds}
          placeholder="60"
        />
      </div>
      <p className="mt-1 text-12 text-text-3">From one address; more get 429.</p>
    </div>
  );
}

function Largest({ form, errors, onChange }: SomeProps): ReactNode {
  return (
    <div className="grid grid-cols-[1fr_72px] items-start gap-2">
      <TextField
        label="Largest request"
        inputMode="decimal"
        value={form.most}
        onChange={(most) => onChange({ most })}
        error={errors.most}
        placeholder="no limit"
        hint="Larger ones get 413."
      />
      <Select label="Unit" value={form.mostUnit} options={units} onChange={(mostUnit) => onChange({ mostUnit })} />
    </div>
  );
}

/** Rules of a route guard its own host: what else leads to the same app stays as it is. */
function OpenNames({ server, form, routeId }: RuleFieldsProps): ReactNode {
  const routes = (useRoutesOf(server.profile.id)?.routes ?? []).filter(({ id }) => id !== routeId);
  const host = tidyHost(form.host);
  if (form.kind !== 'app' || form.app === null || host === '' || !guards(roughRules(form))) return null;
  const place = { host, path: tidyPath(form.path) };
  const names = openNames(place, form.app, routes, server.apps);
  if (names.length === 0) return null;
  return (
    <div role="note" aria-label="What stays open" className="my-1 flex items-start gap-2.5 rounded-6 bg-warn-soft px-3 py-2.5 text-12">
      <ShieldAlert aria-hidden size={16} className="mt-px flex-none text-warn" />
      <div className="min-w-0">
        <p>
          These rules guard <span className="font-[540] wrap-anywhere">{routeInWords(place)}</span> only. The app {form.app} stays open by
          its other names:
        </p>
        <ul className="selectable mt-1 font-mono text-text-2">
          {names.map((name) => (
            <li key={name} className="wrap-anywhere">
              {routeInWords({ host: name, path: place.path })}
            </li>
          ))}
        </ul>
        <p className="mt-1 text-text-2">Add a route with the same rules for each that should not.</p>
      </div>
    </div>
  );
}
