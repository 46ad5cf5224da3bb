const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const text = (value) => String(value).replace(/[&<>"']/g, (char) => escapes[char]);

/** The one page. Everything is in it, so that it looks the same without a network. */
export const page = ({ greeting, app, release, replica, served, upSeconds }) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(greeting)}</title>
<link rel="icon" href="data:,">
<style>
  :root { color-scheme: light dark; font: 16px/1.5 ui-sans-serif, system-ui, sans-serif; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; overflow: hidden;
    background: linear-gradient(#f6efe2 0 58%, #2f6f8f 58%); color: #14313f; }
  main { position: relative; width: min(34rem, 88vw); padding: 2.5rem; border-radius: 14px; background: #fffdf8; box-shadow: 0 24px 60px #14313f33; }
  h1 { margin: 0 0 1.25rem; font-size: 2.25rem; letter-spacing: -0.02em; line-height: 1.1; }
  svg { display: block; width: 100%; margin-bottom: 1.5rem; }
  dl { display: grid; grid-template-columns: auto 1fr; gap: 0.35rem 1.25rem; margin: 0; }
  dt { color: #6a7f88; }
  dd { margin: 0; font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
  .ship { animation: rock 5s ease-in-out infinite; transform-origin: 50% 90%; }
  @keyframes rock { 50% { transform: rotate(-1.5deg) translateY(2px); } }
  @media (prefers-reduced-motion: reduce) { .ship { animation: none; } }
  @media (prefers-color-scheme: dark) {
    body { background: linear-gradient(#0d1b22 0 58%, #12394c 58%); color: #e7eef1; }
    main { background: #15262f; box-shadow: 0 24px 60px #0008; }
    dt { color: #8fa5ae; }
  }
</style>
<main>
  <svg viewBox="0 0 320 110" role="img" aria-label="A container ship">
    <g class="ship">
      <rect x="96" y="42" width="34" height="20" fill="#d9593d"/><rect x="132" y="42" width="34" height="20" fill="#e8a33d"/>
      <rect x="168" y="42" width="34" height="20" fill="#3d8f7a"/><rect x="114" y="20" width="34" height="20" fill="#3d6f9f"/>
      <rect x="150" y="20" width="34" height="20" fill="#d9593d"/><rect x="232" y="14" width="28" height="48" fill="#8fa5ae"/>
      <rect x="237" y="20" width="18" height="7" fill="#14313f"/>
      <path d="M52 64h226l-18 30H84z" fill="#27465a"/>
    </g>
    <path d="M0 94q20-8 40 0t40 0 40 0 40 0 40 0 40 0 40 0 40 0v16H0z" fill="#2f6f8f"/>
  </svg>
  <h1>${text(greeting)}</h1>
  <dl>
    <dt>App</dt><dd>${text(app)}</dd>
    <dt>Release</dt><dd>${text(release)}</dd>
    <dt>Replica</dt><dd>${text(replica)}</dd>
    <dt>Visits</dt><dd>${text(served)} in ${text(upSeconds)} s</dd>
  </dl>
</main>
</html>
`;
