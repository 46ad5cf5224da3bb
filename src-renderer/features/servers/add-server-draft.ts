import { create } from 'zustand';
import type { ServerProfile } from '../../../src-main/contract/index.ts';
import { setOverlay } from '../../state/view.ts';
import { type AddServerForm, emptyForm, formOf } from './add-server-form.ts';

interface AddServerDraft {
  readonly form: AddServerForm;
  /** The server that this one takes the place of: it is forgotten when the new one is added. */
  readonly replaces: string | null;
  /** The server that was added and is being connected to. */
  readonly added: string | null;
}

const blank: AddServerDraft = { form: emptyForm, replaces: null, added: null };

/** What stands in the dialog; outside it, so that closing it by accident loses nothing that was typed. */
export const useAddServerDraft = create<AddServerDraft>()(() => blank);

/** Opens the dialog with the details of a server that refuses the login, to take its place. */
export function changeDetails(profile: ServerProfile): void {
  useAddServerDraft.setState({ form: formOf(profile), replaces: profile.id, added: null });
  setOverlay('addServer', true);
}

export function forgetDraft(): void {
  useAddServerDraft.setState(blank);
}
