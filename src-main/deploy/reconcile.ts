import { type AppOnServer, otherSlot, type ReleaseEntry, type RunningService } from '../apps/index.ts';
import type { Slot } from '../edge/types.ts';

/** What an app's earlier runs left behind, and where its next release goes. */
export interface Reconciliation {
  /** The slot for the next release. */
  readonly idle: Slot;
  /** Services that do not serve: of a run that died before its switch, or old ones that were not removed after it. */
  readonly leftovers: readonly RunningService[];
  /** Records that a dead run left unfinished, and what became of them. */
  readonly settle: readonly { readonly entry: ReleaseEntry; readonly outcome: 'served' | 'failed'; readonly note: string }[];
}

/** Decides from labels and the edge's map alone: what serves stays, everything else of the app is a leftover. */
export function reconcile(app: AppOnServer): Reconciliation {
  const { current } = app;
  return {
    idle: current ? otherSlot(current.slot) : 'a',
    leftovers: app.services.filter((service) => service !== current),
    settle: app.records
      .filter((entry) => entry.outcome === 'unfinished')
      .map((entry) =>
        entry.record.number === current?.release
          ? { entry, outcome: 'served', note: 'Its deploy was cut off after the switch; a later run finished it.' }
          : { entry, outcome: 'failed', note: 'Its deploy was cut off, and it does not serve.' },
      ),
  };
}
