import { FolderUp } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import { ExpectedError } from '../../../src-main/contract/index.ts';
import { pathsOfDrop } from '../../bridge/index.ts';
import { openDeploySheet, useView } from '../../state/view.ts';
import { notify } from '../../ui/index.ts';
import { type DroppedItem, judgeDrop } from './dropped.ts';

/**
 * Takes a folder anywhere in the window, also over dialogs and terminals, and says so while it is dragged. What lies within
 * `data-takes-files` takes its files itself.
 */
export function DropZone(): ReactNode {
  const [dragging, setDragging] = useState(false);
  const view = useView((state) => state.view);

  useEffect(() => {
    // Each element entered and left counts; only when all are left has the drag left the window.
    let depth = 0;
    const enter = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth += 1;
      setDragging(true);
    };
    const leave = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0 || event.relatedTarget === null) end();
    };
    const over = (event: DragEvent): void => {
      if (!hasFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      setDragging(!isTakenElsewhere(event));
    };
    const drop = (event: DragEvent): void => {
      end();
      if (!hasFiles(event) || !event.dataTransfer || isTakenElsewhere(event)) return;
      event.preventDefault();
      // A terminal or a field below would otherwise take it as text.
      event.stopPropagation();
      take(event.dataTransfer);
    };
    const end = (): void => {
      depth = 0;
      setDragging(false);
    };
    const listeners = { dragenter: enter, dragleave: leave, dragover: over, drop } as const;
    for (const [name, listener] of Object.entries(listeners)) window.addEventListener(name, listener as EventListener, true);
    return () => {
      for (const [name, listener] of Object.entries(listeners)) window.removeEventListener(name, listener as EventListener, true);
    };
  }, []);

  if (!dragging) return null;
  return createPortal(
    <div className="pointer-events-none fixed inset-0 z-70 flex items-center justify-center bg-backdrop p-4">
      <div className="flex items-center gap-3 rounded-10 border border-accent bg-raised px-6 py-5 shadow-overlay">
        <FolderUp aria-hidden size={24} className="text-accent" />
        <div>
          <p className="font-semibold text-15">Drop to deploy</p>
          <p className="text-text-2">
            {view.kind === 'app'
              ? `A folder becomes the next release of ${view.app}, after you have looked at it.`
              : 'Nothing is sent before you have looked at it.'}
          </p>
        </div>
      </div>
    </div>,
    document.body,
  );
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

function isTakenElsewhere(event: DragEvent): boolean {
  return event.target instanceof Element && event.target.closest('[data-takes-files]') !== null;
}

function take(data: DataTransfer): void {
  const items = [...data.items]
    .filter((item) => item.kind === 'file')
    .map((item): DroppedItem => {
      const entry = item.webkitGetAsEntry();
      return { name: entry?.name ?? item.getAsFile()?.name ?? 'It', isFolder: entry ? entry.isDirectory : null };
    });
  const dropped = judgeDrop(items, pathsOfDrop(data));
  if (dropped.kind === 'folder') openDeploySheet(dropped.path);
  else notify.error(new ExpectedError('not-a-folder', dropped.title, { next: dropped.next }));
}
