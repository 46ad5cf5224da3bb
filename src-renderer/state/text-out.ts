import { call } from '../bridge/index.ts';
import { notify } from '../ui/toasts.tsx';

/** Puts text on the clipboard and says so. */
export async function copyText(text: string, said: string): Promise<void> {
  try {
    await call('clipboard.write', { text });
    notify.success(said);
  } catch (error) {
    notify.error(error);
  }
}

/** Asks where to save text; says where it went, and nothing when the user changed their mind. */
export async function saveText(suggestedName: string, text: string): Promise<void> {
  try {
    const { path } = await call('files.save', { suggestedName, text });
    if (path !== null) notify.success('Saved', { description: path });
  } catch (error) {
    notify.error(error);
  }
}
