import { createHash } from 'node:crypto';

/** The whole style of the page: part of it, so that it comes with one request. */
export const style = `
:root { color-scheme: light dark; --ink: #1c2024; --soft: #5b6470; --paper: #f4f5f7; --card: #fff; --line: #7d8793;
  --key: #1f5fd0; --on-key: #fff; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #eceff3; --soft: #a6afba; --paper: #14171b; --card: #1e2228; --line: #78828e;
    --key: #8ab4ff; --on-key: #0b1a33; --bad: #ffb4ab; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: start center; padding: 16px 8px;
  background: var(--paper); color: var(--ink); font: 17px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { width: 100%; max-width: 640px; padding: 24px 16px; background: var(--card); border-radius: 14px; }
h1 { margin: 0 0 12px; font-size: 1.35rem; line-height: 1.3; overflow-wrap: anywhere; }
p { margin: 0 0 16px; }
form { margin: 0; }
fieldset { margin: 0; padding: 0; border: 0; min-width: 0; }
legend { padding: 0; margin: 0 0 12px; font-weight: 600; } legend h1 { margin: 0 0 4px; }
.scores { display: grid; gap: 6px; grid-template-columns: repeat(var(--columns), minmax(0, 1fr)); }
.scores.csat { --columns: 5; } .scores.ces { --columns: 7; gap: 4px; } .scores.nps { --columns: 6; }
.scores.thumbs { --columns: 2; }
button { min-height: 56px; padding: 0 4px; border: 2px solid var(--line); border-radius: 10px; background: transparent;
  color: inherit; font: inherit; font-weight: 600; cursor: pointer; touch-action: manipulation; }
button:hover { border-color: var(--key); }
button:focus-visible, textarea:focus-visible { outline: 3px solid var(--key); outline-offset: 2px; }
button.chosen, button.send { border-color: var(--key); background: var(--key); color: var(--on-key); }
button.send { width: 100%; margin-top: 12px; }
.ends { display: flex; justify-content: space-between; gap: 24px; margin: 8px 0 0; color: var(--soft); font-size: .9rem; }
.ends span:last-child { text-align: right; }
.soft { margin-top: 20px; color: var(--soft); font-size: .95rem; }
svg { width: 24px; height: 24px; margin-right: 6px; vertical-align: -6px; fill: currentColor; }
.bad { color: var(--bad); font-weight: 600; }
label { display: block; margin: 0 0 8px; font-weight: 600; }
fieldset.again { margin-top: 32px; padding-top: 24px; border-top: 1px solid color-mix(in srgb, var(--line) 40%, transparent); }
fieldset.again legend { float: left; width: 100%; } fieldset.again .scores { clear: both; }
textarea { display: block; width: 100%; min-height: 112px; padding: 10px 12px; border: 2px solid var(--line);
  border-radius: 10px; background: transparent; color: inherit; font: inherit; resize: vertical; }
main > :last-child { margin-bottom: 0; }
@media (min-width: 600px) {
  body { padding: 48px 16px; }
  main { padding: 32px; }
  .scores.nps { --columns: 11; } .scores.ces { gap: 6px; }
  button.send { width: auto; min-width: 200px; padding: 0 24px; }
}
`;

/** Nothing but this very style, and a form that leads back here; nothing may frame the page. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');
