import { BrowserWindow, dialog } from 'electron';

/** Asks whether to end in spite of what `message` says; the safe answer is the proposed one. */
export async function askToQuit(message: string, detail: string): Promise<boolean> {
  const question = { type: 'warning' as const, message, detail, buttons: ['Stay', 'Quit'], defaultId: 0, cancelId: 0, noLink: true };
  const [window] = BrowserWindow.getAllWindows();
  const { response } = await (window ? dialog.showMessageBox(window, question) : dialog.showMessageBox(question));
  return response === 1;
}
