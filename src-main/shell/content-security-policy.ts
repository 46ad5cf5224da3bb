/**
 * What the window's page may load and run: its own scripts, styles, fonts and pictures, and nothing from anywhere else.
 * `'unsafe-inline'` for styles alone: xterm.js writes its theme as style elements and 24-bit colours as style attributes and
 * takes no nonce, sonner adds a style element. Without scripts and with no origin to send to, a style can leak nothing.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');
