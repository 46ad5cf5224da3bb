import { clsx } from 'clsx';
import type { ComponentProps, ReactNode } from 'react';

/**
 * Pieces of a quiet table: 28 px head, 32 px rows, one-pixel lines. Every table has a label. A row that leads somewhere has a
 * button or link in its first cell; `onOpen` only makes the rest of the row press it too.
 */
export function Table({ label, className, children, ...rest }: ComponentProps<'table'> & { readonly label: string }): ReactNode {
  return (
    <table {...rest} aria-label={label} className={clsx('w-full border-collapse', className)}>
      {children}
    </table>
  );
}

interface ThProps extends ComponentProps<'th'> {
  readonly numeric?: boolean;
  /** For a column of buttons: named for screen readers alone. */
  readonly labelHidden?: boolean;
}

export function Th({ numeric = false, labelHidden = false, className, children, ...rest }: ThProps): ReactNode {
  return (
    <th
      scope="col"
      {...rest}
      className={clsx(
        'label-11 h-7 border-line border-b pr-3 whitespace-nowrap last:pr-0',
        numeric ? 'text-right' : 'text-left',
        className,
      )}
    >
      {labelHidden ? <span className="sr-only">{children}</span> : children}
    </th>
  );
}

export function Tr({
  onOpen,
  className,
  children,
  ...rest
}: ComponentProps<'tr'> & { readonly onOpen?: (() => void) | undefined }): ReactNode {
  return (
    <tr
      {...rest}
      className={clsx('group/row', onOpen && 'hover:bg-hover', className)}
      onClick={
        onOpen &&
        ((event) => {
          const own = event.target instanceof Element && event.target.closest('button, a, input, label, [role="menuitem"]');
          // Text that was just selected in the row is being read, not pressed.
          if (!own && document.getSelection()?.isCollapsed !== false) onOpen();
        })
      }
    >
      {children}
    </tr>
  );
}

interface TdProps extends ComponentProps<'td'> {
  readonly numeric?: boolean;
  readonly quiet?: boolean;
}

export function Td({ numeric = false, quiet = false, className, children, ...rest }: TdProps): ReactNode {
  return (
    <td
      {...rest}
      className={clsx(
        'h-8 border-line border-b pr-3 whitespace-nowrap last:pr-0 group-last/row:border-b-0',
        numeric && 'text-right tabular',
        quiet && 'text-text-2',
        className,
      )}
    >
      {children}
    </td>
  );
}
