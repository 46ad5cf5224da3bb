import type { Files } from '../files.ts';
import type { EdgeModel } from '../types.ts';
import { renderConfig } from './config.ts';
import { renderMap, slotEntries, slotsFrom } from './maps.ts';
import { routeEntries } from './routes.ts';

/** The files that follow from the model. The other two hold what is set by itself: hosts sent to https, and certificates. */
export type WrittenFiles = Pick<Files, 'haproxy.cfg' | 'hosts.map' | 'routes.map' | 'slots.map'>;

/** What is written for a checked model, where `before` is there: also what a difference is taken from. */
export function writtenFiles(model: EdgeModel, before: Pick<Files, 'slots.map'>): WrittenFiles {
  return {
    'haproxy.cfg': renderConfig(model),
    'hosts.map': renderMap(model.hosts),
    'routes.map': renderMap(routeEntries(model.routes ?? [])),
    // An app that has an entry keeps it, for only a switch changes one; an app without gets the slot that the model knows.
    'slots.map': renderMap(slotEntries({ ...model.live, ...slotsFrom(before['slots.map']) })),
  };
}
