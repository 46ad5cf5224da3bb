import { create } from 'zustand';
import type { Preferences } from '../../src-main/contract/index.ts';
import { call, subscribe } from '../bridge/index.ts';

export type Theme = 'light' | 'dark';

/** What is so until main has answered; the same defaults as the contract's. */
export const defaultPreferences: Preferences = {
  theme: 'system',
  logs: { wrap: true, timestamps: true },
  terminal: { fontSize: 12.5, copyOnSelect: false },
  keepReleases: 5,
};

export interface PreferencesState {
  readonly preferences: Preferences;
  readonly loaded: boolean;
  /** What `system` means now. */
  readonly systemTheme: Theme;
}

export const usePreferences = create<PreferencesState>()(() => ({ preferences: defaultPreferences, loaded: false, systemTheme: 'light' }));

/** Reads and follows what the user chose. Returns the function that ends it. */
export function followPreferences(): () => void {
  const stop = subscribe('preferences.changed', (preferences) => usePreferences.setState({ preferences, loaded: true }));
  call('preferences.get', {}).then(
    (preferences) => usePreferences.setState({ preferences, loaded: true }),
    (error: unknown) => console.error('The preferences could not be read', error),
  );
  return stop;
}

/** Changes some of them: shown at once, put back when they could not be kept. Throws `store-failed`. */
export async function setPreferences(change: Partial<Preferences>): Promise<void> {
  const before = usePreferences.getState().preferences;
  const after = { ...before, ...change };
  usePreferences.setState({ preferences: after });
  try {
    usePreferences.setState({ preferences: await call('preferences.set', after) });
  } catch (error) {
    usePreferences.setState({ preferences: before });
    throw error;
  }
}

export function themeOf({ preferences, systemTheme }: PreferencesState): Theme {
  return preferences.theme === 'system' ? systemTheme : preferences.theme;
}

export function useTheme(): Theme {
  return usePreferences(themeOf);
}

/** Follows the system's choice of light or dark. `query` is `(prefers-color-scheme: dark)`. */
export function followSystemTheme(query: MediaQueryList): () => void {
  const read = (): void => usePreferences.setState({ systemTheme: query.matches ? 'dark' : 'light' });
  query.addEventListener('change', read);
  read();
  return () => query.removeEventListener('change', read);
}

/** Writes the theme where the tokens read it: `data-theme` of the document. */
export function showTheme(root: HTMLElement): () => void {
  const write = (state: PreferencesState): void => {
    root.dataset['theme'] = themeOf(state);
  };
  write(usePreferences.getState());
  return usePreferences.subscribe(write);
}
