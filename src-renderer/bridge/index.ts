/**
 * The typed client of the contract, and the only place that touches `window.longshore`. Knows no feature and keeps no state:
 * `state/` calls it, components do not (but for streams and the clipboard).
 */
import type { Bridge } from '../../src-main/contract/index.ts';
import { createClient } from './client.ts';

declare global {
  interface Window {
    readonly longshore: Bridge;
  }
}

export const { call, subscribe, openStream, pathsOfDrop } = createClient(() => window.longshore);
