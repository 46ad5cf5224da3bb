import { create } from 'zustand';
import { emptyForm, type ServerForm } from './server-form.ts';

interface AddServerDraft {
  readonly form: ServerForm;
  /** The server that was added and is being connected to. */
  readonly added: string | null;
  /** Whether its details are shown again, to be changed. */
  readonly changing: boolean;
}

const blank: AddServerDraft = { form: emptyForm, added: null, changing: false };

/** What stands in the dialog; outside it, so that closing it by accident loses nothing that was typed. */
export const useAddServerDraft = create<AddServerDraft>()(() => blank);

export function forgetDraft(): void {
  useAddServerDraft.setState(blank);
}
