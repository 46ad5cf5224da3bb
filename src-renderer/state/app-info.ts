import { create } from 'zustand';
import { type AppInfo, type ErrorShape, toErrorShape } from '../../src-main/contract/index.ts';
import { call } from '../bridge/index.ts';

export interface AppInfoState {
  readonly info: AppInfo | null;
  readonly error: ErrorShape | null;
  /** The user has read what was recovered. */
  readonly recoveredSeen: boolean;
}

/** Version, data folder and vault: does not change while the app runs. */
export const useAppInfo = create<AppInfoState>()(() => ({ info: null, error: null, recoveredSeen: false }));

export async function loadAppInfo(): Promise<void> {
  try {
    useAppInfo.setState({ info: await call('app.info', {}), error: null });
  } catch (error) {
    useAppInfo.setState({ error: toErrorShape(error) });
  }
}
