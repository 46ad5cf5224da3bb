import { Globe, Plus, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button, IconButton, TextField } from '../../ui/index.ts';
import { domainError, tidyDomain } from './settings-form.ts';

interface DomainListProps {
  /** The name that always leads to it; empty while it is not known. */
  readonly defaultHost: string;
  readonly domains: readonly string[];
  readonly onChange: (domains: readonly string[]) => void;
  /** What is wrong, by the place in the list. */
  readonly errors: readonly (string | null)[];
  /** Who has a host name already; null when it is free. */
  readonly taken: (host: string) => string | null;
  /** The server's address, for the hint on DNS; empty while it is not known. */
  readonly address: string;
  /** Said beside a domain: whether it has a certificate. */
  readonly aside?: (domain: string) => ReactNode;
}

/** The host names of an app: the default one, which stays, and the user's own. */
export function DomainList({ defaultHost, domains, onChange, errors, taken, address, aside }: DomainListProps): ReactNode {
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<string | null>(null);
  const add = (): void => {
    const domain = tidyDomain(typed);
    if (domain === '') return;
    const problem = domainError(domain, domains, taken);
    setError(problem);
    if (problem !== null) return;
    onChange([...domains, domain]);
    setTyped('');
  };
  return (
    <div className="max-w-130">
      <ul aria-label="Domains" className="mb-2">
        {defaultHost !== '' && (
          <li className="flex h-8 items-center gap-2 border-line border-b">
            <Globe aria-hidden size={14} className="flex-none text-text-3" />
            <span className="selectable min-w-0 flex-1 truncate">{defaultHost}</span>
            <span className="text-12 text-text-3">always there</span>
          </li>
        )}
        {domains.map((domain, at) => (
          <li key={domain} className="border-line border-b">
            <div className="flex h-8 items-center gap-2">
              <Globe aria-hidden size={14} className="flex-none text-text-3" />
              <span className="selectable min-w-0 flex-1 truncate">{domain}</span>
              {aside?.(domain)}
              <IconButton
                label={`Remove ${domain}`}
                icon={Trash2}
                size="sm"
                onClick={() => onChange(domains.filter((other) => other !== domain))}
              />
            </div>
            {errors[at] && (
              <p role="alert" className="pb-1 text-12 text-fail">
                {errors[at]}
              </p>
            )}
          </li>
        ))}
      </ul>
      <form
        className="flex items-start gap-1.5"
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <TextField
          label="Add a domain"
          labelHidden
          placeholder="shop.example.com"
          className="flex-1"
          value={typed}
          onChange={(next) => {
            setTyped(next);
            setError(null);
          }}
          error={error}
          hint={address === '' ? 'Point its DNS record at the server.' : `Point its DNS record (A or AAAA) at ${address}.`}
        />
        <Button type="submit" icon={Plus} disabled={typed.trim() === ''}>
          Add domain
        </Button>
      </form>
    </div>
  );
}
