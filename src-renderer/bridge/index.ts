/**
 * The typed client of the contract, and the only place that touches `window.longshore`: nothing else has a type for it, so that the type
 * check refuses it elsewhere. Knows no feature and keeps no state: `state/` calls it, components do not (but for streams and the clipboard).
 */
import type { Bridge } from '../../src-main/contract/index.ts';
import { createClient } from './client.ts';

type Preloaded = Window & { readonly longshore: Bridge };

export const { call, subscribe, openStream, pathsOfDrop } = createClient(() => (window as Window as Preloaded).longshore);
