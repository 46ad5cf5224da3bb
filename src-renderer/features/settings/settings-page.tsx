/** The settings page: what the user chose about the window, and what this installation is. Each change counts at once. */

import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import { Monitor, Moon, Sun } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import type { AppInfo, Preferences } from '../../../src-main/contract/index.ts';
import { runAction } from '../../actions/index.ts';
import { useAppInfo } from '../../state/app-info.ts';
import { setPreferences, usePreferences } from '../../state/preferences.ts';
import { Button, CopyButton, InlineError, NumberStepper, notify, Pill, Section, Select, Switch } from '../../ui/index.ts';
import { PageHead } from '../shell/page-head.tsx';

const fontSizes = ['10', '11', '12', '12.5', '13', '14', '16', '18'] as const;

export function SettingsPage(): ReactNode {
  const preferences = usePreferences((state) => state.preferences);
  const { info, error } = useAppInfo();
  const { logs, terminal } = preferences;
  return (
    <>
      <PageHead title="Settings" />
      <div className="min-h-0 flex-1 overflow-y-auto p-5">
        <div className="flex max-w-140 flex-col">
          <Section title="Appearance">
            <ThemeChoice theme={preferences.theme} />
          </Section>
          <Section title="Releases">
            <NumberStepper
              label="Releases to keep for rolling back"
              value={preferences.keepReleases}
              onChange={(keepReleases) => keepReleases !== null && change({ keepReleases })}
              min={1}
              max={50}
              hint="Before the live one, per app. Each keeps its image on the server; older ones are removed after the next deploy."
            />
          </Section>
          <Section title="Logs">
            <div className="flex flex-col gap-3">
              <Switch label="Wrap long lines" checked={logs.wrap} onChange={(wrap) => change({ logs: { ...logs, wrap } })} />
              <Switch
                label="Show the time of each line"
                checked={logs.timestamps}
                onChange={(timestamps) => change({ logs: { ...logs, timestamps } })}
              />
            </div>
          </Section>
          <Section title="Terminal">
            <div className="flex flex-col gap-3">
              <Select
                className="w-40"
                label="Size of type"
                value={String(terminal.fontSize)}
                onChange={(size) => change({ terminal: { ...terminal, fontSize: Number(size) } })}
                options={sizeOptions(terminal.fontSize)}
              />
              <Switch
                label="Copy what is selected"
                description="As terminals on Linux do, without a key."
                checked={terminal.copyOnSelect}
                onChange={(copyOnSelect) => change({ terminal: { ...terminal, copyOnSelect } })}
              />
            </div>
          </Section>
          <Section title="Keyboard">
            <Button onClick={() => runAction('help.shortcuts')}>Show all shortcuts</Button>
          </Section>
          {error && <InlineError error={error} />}
          {info && <About info={info} />}
        </div>
      </div>
    </>
  );
}

function change(preferences: Partial<Preferences>): void {
  void setPreferences(preferences).catch(notify.error);
}

function sizeOptions(current: number): readonly { readonly value: string; readonly label: string }[] {
  const sizes = new Set<string>([...fontSizes, String(current)]);
  return [...sizes].sort((a, b) => Number(a) - Number(b)).map((size) => ({ value: size, label: `${size} px` }));
}

const themes = [
  { value: 'system', label: 'System', icon: Monitor },
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
] as const;

function ThemeChoice({ theme }: { readonly theme: Preferences['theme'] }): ReactNode {
  const id = useId();
  return (
    <div>
      <div id={id} className="label-11 mb-1">
        Theme
      </div>
      <ToggleGroup
        aria-labelledby={id}
        value={[theme]}
        onValueChange={([next]) => {
          const chosen = themes.find(({ value }) => value === next);
          if (chosen) change({ theme: chosen.value });
        }}
        className="inline-flex rounded-6 border border-line-strong p-0.5"
      >
        {themes.map(({ value, label, icon: Icon }) => (
          <Toggle
            key={value}
            value={value}
            className="flex h-6 items-center gap-1.5 rounded-4 px-2.5 text-12 text-text-2 transition-colors hover:text-text data-pressed:bg-selected data-pressed:font-[530] data-pressed:text-text"
          >
            <Icon aria-hidden size={14} />
            {label}
          </Toggle>
        ))}
      </ToggleGroup>
    </div>
  );
}

function About({ info }: { readonly info: AppInfo }): ReactNode {
  return (
    <>
      <Section title="Secrets">
        <div className="flex items-start gap-3">
          <Pill status={info.vault.available ? 'live' : 'degraded'}>{info.vault.available ? 'Kept by the system' : 'Not kept'}</Pill>
          <p className="text-text-2">
            {info.vault.available
              ? 'Passwords and passphrases that you let it remember are in the operating system’s own store, nowhere else.'
              : `${info.vault.reason ?? 'The operating system offers no store for secrets.'} Passwords and passphrases are asked for each time; nothing secret is written.`}
          </p>
        </div>
      </Section>
      <Section title="This installation">
        <dl className="grid grid-cols-[96px_1fr] items-center gap-y-1">
          <dt className="text-text-3">Version</dt>
          <dd className="selectable tabular">
            {info.version} on {info.platform}
          </dd>
          <dt className="text-text-3">Data folder</dt>
          <dd className="flex items-center gap-1">
            <code className="selectable text-12 wrap-anywhere">{info.home}</code>
            <CopyButton label="Copy the data folder" text={info.home} iconOnly />
          </dd>
        </dl>
        <p className="mt-2 text-12 text-text-3">
          Window and command line share it. There is no account and no telemetry: nothing is sent anywhere but to your servers.
        </p>
      </Section>
      {info.recovered.length > 0 && (
        <Section title="Repaired at start">
          <ul className="list-disc pl-4 text-text-2">
            {info.recovered.map((sentence) => (
              <li key={sentence} className="selectable">
                {sentence}
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
