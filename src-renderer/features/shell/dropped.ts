/** What was dropped on the window, judged: pure, so that each case has its test. */
export type Dropped =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'refused'; readonly title: string; readonly next: string };

export interface DroppedItem {
  readonly name: string;
  /** Whether the system says it is a folder; null when it does not say. */
  readonly isFolder: boolean | null;
}

/** `paths` are those on this computer's disk, `items` everything that was dropped. */
export function judgeDrop(items: readonly DroppedItem[], paths: readonly string[]): Dropped {
  const [item] = items;
  const [path] = paths;
  if (items.length > 1 || paths.length > 1) {
    const what = items.every((one) => one.isFolder === true) ? 'folders' : 'things';
    return refused(
      `${Math.max(items.length, paths.length)} ${what} were dropped`,
      'Drop one folder at a time: the one that holds the project.',
    );
  }
  if (item?.isFolder === false)
    return refused(`${item.name} is a file`, 'Drop the folder that holds the project; Longshore packs it itself.');
  if (path === undefined)
    return refused('That is not a folder on this computer', 'Drop a folder from your file manager, or choose one with “Deploy a folder”.');
  return { kind: 'folder', path };
}

function refused(title: string, next: string): Dropped {
  return { kind: 'refused', title, next };
}
