/** Pages that the edge itself answers with. One line each, without a single quote: they stand inside one in HAProxy's configuration. */
function page(title: string, text: string): string {
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>${title}</title>`,
    '<style>body{font:16px/1.5 system-ui,sans-serif;margin:20vh auto;max-width:32rem;padding:0 1rem;color:#1c2024;background:#fcfcfd}',
    'h1{font-size:1.25rem}p{color:#60646c}@media(prefers-color-scheme:dark){body{color:#edeef0;background:#111113}p{color:#b0b4ba}}</style>',
    `<h1>${title}</h1><p>${text}</p></html>`,
  ].join('');
}

/** With the user's own words. */
export function maintenancePage(text: string): string {
  return page('Back soon', escaped(text.trim() || 'This site is being worked on. Try again shortly.'));
}

/** As text of a page that stands on one line inside single quotes. */
function escaped(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ').replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}

export const unknownHostPage = page('No such site', 'This server has nothing under this name.');
export const noReleasePage = page('Not running yet', 'There is an app under this name, but no release of it is serving.');
export const unavailablePage = page('Out of service', 'The app under this name does not answer at the moment. Try again shortly.');
