/** The style of the launcher and the panel, in a shadow root: nothing of the page around it comes in, and none goes out. */
export const embedStyle = `
:host { all: initial; position: fixed; z-index: 2147483000; right: 20px; bottom: 20px;
  font: 14px/1 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
button { display: grid; place-items: center; position: relative; width: 56px; height: 56px; margin: 0; padding: 0;
  border: 0; border-radius: 50%; background: var(--accent, #1f5fd0); color: var(--on-accent, #fff); cursor: pointer;
  box-shadow: 0 4px 16px rgb(0 0 0 / 24%); transition: transform .15s ease; }
button:hover { transform: scale(1.05); }
button:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px #1f5fd0; }
svg { width: 26px; height: 26px; }
svg.filled { fill: currentColor; }
svg.lines { fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
button[aria-expanded="true"] .filled, button[aria-expanded="false"] .lines { display: none; }
.badge { position: absolute; top: -4px; right: -4px; min-width: 22px; padding: 5px 6px; border-radius: 11px;
  box-sizing: border-box; background: #b3261e; color: #fff; font-size: 12px; font-weight: 700; text-align: center; }
[hidden] { display: none; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.panel { position: fixed; right: 20px; bottom: 92px; width: 400px; max-width: calc(100vw - 40px);
  height: min(680px, calc(100vh - 112px)); height: min(680px, calc(100dvh - 112px)); border-radius: 16px;
  overflow: hidden; background: #fff; box-shadow: 0 12px 48px rgb(0 0 0 / 22%), 0 0 0 1px rgb(0 0 0 / 6%);
  visibility: hidden; opacity: 0; transform: translateY(12px); transform-origin: bottom right;
  transition: opacity .18s ease, transform .18s ease, visibility 0s .18s; }
.panel.open { visibility: visible; opacity: 1; transform: none; transition-delay: 0s; }
iframe { display: block; width: 100%; height: 100%; border: 0; color-scheme: normal; }
@media (prefers-color-scheme: dark) { .panel { background: #16191d; } }
@media (max-width: 480px), (max-height: 420px) {
  .panel { inset: 0; width: auto; max-width: none; height: auto; border-radius: 0; }
  .panel.open + button { visibility: hidden; }
}
@media (prefers-reduced-motion: reduce) { .panel, button { transition: none; transform: none; } }
@media print { :host { display: none; } }
`;
