/**
 * The design system: small pieces on Base UI and our tokens (see `styles/`). Knows no feature and no state of the window; of the
 * bridge only the clipboard. Features import from here.
 */
export * from './button.tsx';
export * from './checkbox.tsx';
export * from './confirm.tsx';
export * from './copy-button.tsx';
export * from './dialog.tsx';
export * from './empty-state.tsx';
export * from './field.tsx';
export * from './icon-button.tsx';
export * from './inline-error.tsx';
export * from './kbd.tsx';
export * from './keys.ts';
export * from './menu.tsx';
export * from './number-stepper.tsx';
export * from './progress-bar.tsx';
export * from './relative-time.tsx';
export * from './section.tsx';
export * from './select.tsx';
export * from './spinner.tsx';
export * from './status.tsx';
export * from './switch.tsx';
export * from './table.tsx';
export * from './tabs.tsx';
export * from './text-area.tsx';
export * from './text-field.tsx';
export * from './toasts.tsx';
export * from './tooltip.tsx';
export * from './use-now.ts';
